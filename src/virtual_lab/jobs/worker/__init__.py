"""One Celery worker: its start and shutdown, and how it executes a run."""
