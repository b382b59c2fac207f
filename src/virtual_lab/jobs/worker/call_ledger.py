"""The call ledger of one run in the store, so that no call of a model is paid for twice."""

from __future__ import annotations

import asyncio

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from virtual_lab.analysts.model.call_ledger import Entry
from virtual_lab.domain import Usage
from virtual_lab.errors import StoreError
from virtual_lab.store import Store, StoredCall

LONGEST_RETRY_S = 60.0
"""How long storing an answer is tried again, in seconds."""

_RETRY_PAUSE_S = 0.5


class RunLedger:
    """Stores the model calls of a run; see the protocol ``Ledger`` of the model analyst."""

    def __init__(self, store: Store, run_id: str) -> None:
        self._store = store
        self._run_id = run_id

    async def get(self, key: str) -> Entry | None:
        """The stored call with this hash; None where there is none."""
        call = await asyncio.to_thread(self._store.ledger.find, self._run_id, key)
        if call is None:
            return None
        return Entry(call.answer, call.usage, call.model, call.role, call.round)

    async def put(self, key: str, entry: Entry) -> None:
        """Store a call, even if the run is cancelled now or the store fails for a while.

        Raises:
            StoreError: it could not be stored within ``LONGEST_RETRY_S`` seconds.
        """
        await asyncio.to_thread(self._record, StoredCall(key, *entry))

    def _record(self, call: StoredCall) -> None:
        again = Retrying(
            retry=retry_if_exception_type(StoreError),
            stop=stop_after_delay(LONGEST_RETRY_S),
            wait=wait_fixed(_RETRY_PAUSE_S),
            reraise=True,
        )
        again(self._store.ledger.record, self._run_id, call)

    async def spent(self) -> Usage:
        """What all calls of the run cost together."""
        return await asyncio.to_thread(self._store.ledger.spent, self._run_id)


class RewritingLedger(RunLedger):
    """Stores the calls that rewrite a report, beside the calls of its run.

    Each rewriting has the whole budget, since that of the run may be spent.
    """

    async def spent(self) -> Usage:
        """No usage: the calls of the run do not count."""
        return Usage()
