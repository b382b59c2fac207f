"""The store: runs, their events, reports and paid model calls in one database.

The database is the truth about a run. The life of a run:

    submit -> pending -> (claim) -> progress -> (finish) success | (fail) failure | cancelled
                 ^                      |
                 +---- give back, or lost with its worker
                 +---- resume, from failure or cancelled
"""

from virtual_lab.store.database import Database
from virtual_lab.store.deliveries import Delivery, DeliveryState
from virtual_lab.store.events import Logged
from virtual_lab.store.keys import ApiKey, Use
from virtual_lab.store.lease import Lease
from virtual_lab.store.leases import Held
from virtual_lab.store.ledger import Call
from virtual_lab.store.page import Page
from virtual_lab.store.reports import ReportLine, StoredReport
from virtual_lab.store.retention import Limit, Surplus
from virtual_lab.store.run import Failure, Priority, Progress, Run, RunState
from virtual_lab.store.store import Store
from virtual_lab.store.submission import Key, Submission

__all__ = [
    "ApiKey",
    "Call",
    "Database",
    "Delivery",
    "DeliveryState",
    "Failure",
    "Held",
    "Key",
    "Lease",
    "Limit",
    "Logged",
    "Page",
    "Priority",
    "Progress",
    "ReportLine",
    "Run",
    "RunState",
    "Store",
    "StoredReport",
    "Submission",
    "Surplus",
    "Use",
]
