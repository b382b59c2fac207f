"""The ledger of one run in the store: what it has paid for is paid for once."""

from __future__ import annotations

import asyncio

from virtual_lab.analysts.model.ledger import Entry
from virtual_lab.domain import Usage
from virtual_lab.store import Call, Store


class RunLedger:
    """Keeps the model calls of a run; see the protocol ``Ledger`` of the model analyst."""

    def __init__(self, store: Store, run_id: str) -> None:
        self._store = store
        self._run_id = run_id

    async def get(self, key: str) -> Entry | None:
        """The call with this hash that was answered; None where there is none."""
        call = await asyncio.to_thread(self._store.ledger.find, self._run_id, key)
        if call is None:
            return None
        return Entry(call.answer, call.usage, call.model, call.role, call.round)

    async def put(self, key: str, entry: Entry) -> None:
        """Keep a call. It is kept also where the run is cancelled at this moment."""
        call = Call(key, *entry)
        await asyncio.to_thread(self._store.ledger.record, self._run_id, call)

    async def spent(self) -> Usage:
        """What all calls of the run cost together."""
        return await asyncio.to_thread(self._store.ledger.spent, self._run_id)


class RewritingLedger(RunLedger):
    """Keeps what is asked for a report after its run, with the run's calls.

    The budget begins anew: that of the run may be spent.
    """

    async def spent(self) -> Usage:
        """Nothing yet."""
        return Usage()
