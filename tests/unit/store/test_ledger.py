"""The ledger: a paid answer is kept, and everything that was paid is counted."""

from __future__ import annotations

from tests.unit.store.conftest import QUESTION
from virtual_lab.domain import Usage
from virtual_lab.store import Lease, Store, StoredCall


def call(key: str, answer: str | None = "yes", cost: float | None = 0.25) -> StoredCall:
    """A paid call."""
    usage = Usage(calls=1, prompt_tokens=100, completion_tokens=20, cost=cost)
    return StoredCall(key, answer, usage, "openai:gpt-5", "critic", 1)


def test_a_paid_answer_is_found_again(store: Store, lease: Lease) -> None:
    assert store.ledger.find(lease.run_id, "k1") is None
    store.ledger.record(lease.run_id, call("k1"))
    assert store.ledger.find(lease.run_id, "k1") == call("k1")
    other = store.runs.submit(QUESTION)
    assert store.ledger.find(other.id, "k1") is None, "it belongs to its run"


def test_the_first_answer_stands(store: Store, lease: Lease) -> None:
    for answer in (None, "yes", "no"):
        store.ledger.record(lease.run_id, call("k1", answer))
    found = store.ledger.find(lease.run_id, "k1")
    assert found
    assert found.answer == "yes"


def test_all_that_was_paid_is_counted_by_run_and_in_all(store: Store, lease: Lease) -> None:
    assert store.ledger.spent() == Usage()
    other = store.runs.submit(QUESTION)
    store.ledger.record(lease.run_id, call("k1", None))
    store.ledger.record(lease.run_id, call("k1", cost=0.5))
    store.ledger.record(other.id, call("k1", cost=None))
    assert [paid.answer for paid in store.ledger.calls(lease.run_id)] == [None, "yes"]
    spent = store.ledger.spent(lease.run_id)
    assert spent == Usage(calls=2, prompt_tokens=200, completion_tokens=40, cost=0.75)
    assert store.ledger.spent(other.id).cost is None, "no price is known"
    assert store.ledger.spent().calls == 3
