"""The store: runs, their events, reports and paid model calls in one database.

The state of a run is what the database says, whatever the broker says. A run changes its state so:

    submit -> pending -> (claim) -> progress -> (finish) success | (fail) failure | cancelled
                 ^                      |
                 +---- given back at a shutdown, or its worker died
                 +---- resumed, from failure or cancelled
"""

from virtual_lab.store.database import Database
from virtual_lab.store.deliveries import Delivery, DeliveryState
from virtual_lab.store.events import Logged
from virtual_lab.store.keys import ApiKey, KeyUsage
from virtual_lab.store.lease import Lease
from virtual_lab.store.leases import HeldRun
from virtual_lab.store.ledger import StoredCall
from virtual_lab.store.page import ResultPage
from virtual_lab.store.reports import ReportLine, StoredReport
from virtual_lab.store.retention import Expired, RetentionLimit
from virtual_lab.store.run import Priority, RunFailure, RunProgress, RunState, StoredRun
from virtual_lab.store.run_step import RunStep
from virtual_lab.store.store import Store
from virtual_lab.store.submission import Submission, SubmissionKey

__all__ = [
    "ApiKey",
    "Database",
    "Delivery",
    "DeliveryState",
    "Expired",
    "HeldRun",
    "KeyUsage",
    "Lease",
    "Logged",
    "Priority",
    "ReportLine",
    "ResultPage",
    "RetentionLimit",
    "RunFailure",
    "RunProgress",
    "RunState",
    "RunStep",
    "Store",
    "StoredCall",
    "StoredReport",
    "StoredRun",
    "Submission",
    "SubmissionKey",
]
