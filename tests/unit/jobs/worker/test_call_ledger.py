"""The ledger of a run: what the model analyst pays for is in the store."""

from __future__ import annotations

import asyncio
import threading

from tests.unit.jobs.conftest import QUESTION
from virtual_lab.analysts.model.call_ledger import CallLedger, Entry
from virtual_lab.domain import Usage
from virtual_lab.jobs.worker.call_ledger import RunLedger
from virtual_lab.store import Store

USAGE = Usage(calls=1, prompt_tokens=100, completion_tokens=20, cost=0.25)
ANSWERED = Entry("yes", USAGE, "openai:gpt-5", "analyse", 2)


def test_a_call_is_kept_for_its_run_alone(store: Store) -> None:
    mine, other = store.runs.submit(QUESTION).id, store.runs.submit(QUESTION).id
    ledger: CallLedger = RunLedger(store, mine)

    async def pay() -> None:
        await ledger.put("k1", Entry(None, USAGE))
        assert await ledger.get("k1") is None
        await ledger.put("k1", ANSWERED)

    asyncio.run(pay())
    assert asyncio.run(ledger.get("k1")) == ANSWERED
    assert asyncio.run(RunLedger(store, other).get("k1")) is None
    assert [(call.model, call.role, call.round) for call in store.ledger.calls(mine)] == [
        ("", "", None),
        ("openai:gpt-5", "analyse", 2),
    ]
    assert asyncio.run(ledger.spent()).calls == 2
    assert asyncio.run(RunLedger(store, other).spent()) == Usage()


def test_a_call_that_is_paid_is_kept_also_where_the_run_is_cancelled(store: Store) -> None:
    run_id = store.runs.submit(QUESTION).id
    ledger = RunLedger(store, run_id)

    async def pay_and_cancel() -> None:
        paying = asyncio.create_task(ledger.put("k1", ANSWERED))
        await asyncio.sleep(0)
        paying.cancel()
        await asyncio.gather(paying, return_exceptions=True)

    asyncio.run(pay_and_cancel())
    assert store.ledger.spent(run_id) == USAGE


def test_a_call_that_is_paid_is_kept_once_the_store_can_be_written_again(store: Store) -> None:
    run_id = store.runs.submit(QUESTION).id
    with store.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE model_calls RENAME TO elsewhere")
    mend = threading.Timer(0.2, _mend, [store])
    mend.start()
    asyncio.run(RunLedger(store, run_id).put("k1", ANSWERED))
    mend.join()
    assert [call.answer for call in store.ledger.calls(run_id)] == ["yes"]


def _mend(store: Store) -> None:
    with store.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO model_calls")
