"""Jobs: runs in the background, from the submit to the stored report.

queue        what the API and the command line use: submit, cancel, resume, check the worker
broker       Redis where configured, else an embedded Valkey in the data folder
app, tasks   the Celery app and its two tasks
worker       what a Celery worker does besides: preload, dispatch, drain
dispatching  outbox and reaper: publishes what waits, takes runs from dead workers
runner       one run in a worker: lease, heartbeat, lab, checkpoints, report
"""
