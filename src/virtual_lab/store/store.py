"""The store: everything that is stored about runs, behind one object."""

from __future__ import annotations

from virtual_lab.store.counters import Counters
from virtual_lab.store.database import Database
from virtual_lab.store.deliveries import Deliveries
from virtual_lab.store.events import Events
from virtual_lab.store.keys import Keys
from virtual_lab.store.lease import LEASE_S
from virtual_lab.store.leases import Leases
from virtual_lab.store.ledger import StoredCalls
from virtual_lab.store.migrating import migrate
from virtual_lab.store.outbox import Outbox
from virtual_lab.store.reports import Reports
from virtual_lab.store.retention import Retention
from virtual_lab.store.run_step import Describe, step_name
from virtual_lab.store.runs import Runs


class Store:
    """Everything that is stored about runs. Opening it makes or migrates its tables.

    Several threads may use it, but no forked child.

    Args:
        url: "sqlite:///FILE" or "postgresql://USER:PASSWORD@HOST/NAME".
        pooled: keep connections open between transactions. A process that forks must not do so.
        lease_s: how long a lease is valid without being renewed, in seconds.
        describe: describes a step of a run in one line for its log; by default the step's name.

    Raises:
        StoreError: the database cannot be opened, or was made by a newer version.
    """

    def __init__(
        self,
        url: str,
        pooled: bool = True,
        lease_s: float = LEASE_S,
        describe: Describe = step_name,
    ) -> None:
        self.database = Database(url, pooled)
        try:
            migrate(self.database)
        except BaseException:
            self.database.close()
            raise
        self.runs = Runs(self.database, describe)
        self.leases = Leases(self.database, lease_s, describe)
        self.outbox = Outbox(self.database)
        self.events = Events(self.database)
        self.deliveries = Deliveries(self.database)
        self.reports = Reports(self.database)
        self.ledger = StoredCalls(self.database)
        self.counters = Counters(self.database)
        self.retention = Retention(self.database)
        self.keys = Keys(self.database)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
