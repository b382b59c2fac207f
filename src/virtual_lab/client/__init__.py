"""The Python client of the HTTP API.

    from virtual_lab.client import Lab

    with Lab("http://127.0.0.1:8000") as lab:
        run = lab.research("Which foods need a novel food authorisation in the EU?")
        for event in run.events():
            print(event.current, event.total, event.status)
        print(run.wait())

``AsyncLab`` is the same with ``await`` and ``async for``.
"""

from virtual_lab.client.answers import LabEvent, Progress, Result, Task, Version, Webhook
from virtual_lab.client.asynchronous import AsyncLab, AsyncRun
from virtual_lab.client.lab import Lab, Run

__all__ = [
    "AsyncLab",
    "AsyncRun",
    "Lab",
    "LabEvent",
    "Progress",
    "Result",
    "Run",
    "Task",
    "Version",
    "Webhook",
]
