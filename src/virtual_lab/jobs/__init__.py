"""Jobs: runs in the background, from the submit to the stored report.

app, tasks  the Celery app and its two tasks
broker      Redis where it is configured, else an embedded Valkey in the data folder
dispatch    the run queue of the API, and the dispatcher that publishes waiting runs
worker      a Celery worker, and how it executes one run
"""
