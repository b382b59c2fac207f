"""The ledger of one run in the store: what it has paid for is paid for once."""

from __future__ import annotations

import asyncio

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from virtual_lab.analysts.model.call_ledger import Entry
from virtual_lab.domain import Usage
from virtual_lab.errors import StoreError
from virtual_lab.store import Store, StoredCall

KEEP_S = 60.0
"""How long an answer is tried to be kept, in seconds."""

_AGAIN_S = 0.5


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
        """Keep a call; also where the run is cancelled at this moment, or the store cannot be
        written for a while: what was paid for is not thrown away.

        Raises:
            StoreError: it could not be kept within ``KEEP_S`` seconds.
        """
        await asyncio.to_thread(self._record, StoredCall(key, *entry))

    def _record(self, call: StoredCall) -> None:
        again = Retrying(
            retry=retry_if_exception_type(StoreError),
            stop=stop_after_delay(KEEP_S),
            wait=wait_fixed(_AGAIN_S),
            reraise=True,
        )
        again(self._store.ledger.record, self._run_id, call)

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
