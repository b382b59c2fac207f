"""One worker: how it lives, and how it works on a run."""
