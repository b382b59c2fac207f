"""Events: one ordered log per run, without gaps or duplicates."""

from __future__ import annotations

import threading

from tests.unit.store.conftest import QUESTION, event
from virtual_lab.domain import Event, EventKind
from virtual_lab.store import Lease, Store


def test_events_come_back_as_they_were_in_their_order(store: Store, lease: Lease) -> None:
    written = [
        Event(
            kind=EventKind.ANALYSED,
            current=2,
            total=12,
            status="구절 3개",
            round=1,
            specialist="s1",
            data={"found": [1, 2], "text": 'quote " and \u0000'},
        ),
        event(EventKind.CRITIQUED, 3),
    ]
    assert [store.events.append(lease, item) for item in written] == [1, 2]
    logged = store.events.after(lease.run_id)
    assert [item.event for item in logged] == written
    assert [item.seq for item in logged] == [1, 2]
    assert logged[0].at <= logged[1].at


def test_a_reader_goes_on_where_it_was(store: Store, lease: Lease) -> None:
    for current in range(5):
        store.events.append(lease, event(current=current))
    assert [item.seq for item in store.events.after(lease.run_id, 3)] == [4, 5]
    assert [item.seq for item in store.events.after(lease.run_id, 1, limit=2)] == [2, 3]
    assert store.events.after(lease.run_id, 5) == []
    assert store.events.after("nothing") == []


def test_an_event_carries_the_progress_of_its_run(store: Store, lease: Lease) -> None:
    store.events.append(lease, event(current=7, status="half\x00way"))
    run = store.runs.get(lease.run_id)
    assert run.progress == (7, 12, "halfway")
    assert run.last_seq == 1


def test_progress_never_goes_back(store: Store, lease: Lease) -> None:
    for current in (3, 4, 3):
        store.events.append(lease, event(current=current, status=f"step {current}"))
    assert store.runs.get(lease.run_id).progress == (4, 12, "step 3")


def test_all_who_write_share_one_numbering(store: Store, lease: Lease) -> None:
    store.events.append(lease, event())
    store.leases.give_back(lease)
    again = store.leases.claim(lease.run_id, "another")
    assert again
    assert store.events.append(again, event()) == 3
    kinds = [item.event.kind for item in store.events.after(lease.run_id)]
    assert kinds == [EventKind.PLANNED, EventKind.REQUEUED, EventKind.PLANNED]


def test_runs_that_write_at_once_do_not_disturb_each_other(database_url: str, store: Store) -> None:
    leases = [store.leases.claim(store.runs.submit(QUESTION).id, "worker") for _ in range(4)]

    def write(lease: Lease) -> None:
        with Store(database_url) as own:
            for current in range(20):
                own.events.append(lease, event(current=current))

    threads = [threading.Thread(target=write, args=(lease,)) for lease in leases if lease]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for lease in leases:
        assert lease
        assert [item.seq for item in store.events.after(lease.run_id)] == list(range(1, 21))


def test_only_logs_that_went_on_are_read(store: Store, lease: Lease) -> None:
    quiet = store.runs.submit(QUESTION)
    store.events.append(lease, event())
    assert store.events.with_news({lease.run_id: 0, quiet.id: 0, "unknown": 0}) == [lease.run_id]
    assert store.events.with_news({lease.run_id: 1}) == []
