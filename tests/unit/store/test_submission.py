"""Submissions: known when they come again, never more than there is room for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.unit.store.conftest import QUESTION
from virtual_lab.domain import Question
from virtual_lab.errors import ConflictError, QueueFullError, ReusedKeyError
from virtual_lab.store import Lease, Priority, RunState, Store, Submission, SubmissionKey

SUBMISSION = Submission(QUESTION)


def ids(
    store: Store, count: int, key: SubmissionKey | None = None, most: int | None = None
) -> list[str]:
    """The runs of a submit of ``count`` questions."""
    return [run.id for run in store.runs.submit_all([SUBMISSION] * count, key, most)]


def total(store: Store) -> int:
    return sum(store.runs.counts().values())


def test_runs_keep_the_order_of_their_submissions(store: Store) -> None:
    topics = [f"question {number}" for number in range(20)]
    made = store.runs.submit_all([Submission(Question(topic=topic)) for topic in topics])
    assert [run.question.topic for run in made] == topics
    assert [run.id for run in store.runs.list().items] == [run.id for run in made][::-1]


def test_a_key_that_comes_again_gives_the_runs_that_it_made(store: Store) -> None:
    key = SubmissionKey("k", "body")
    first = ids(store, 3, key)
    assert ids(store, 3, key) == first
    assert ids(store, 3, SubmissionKey("another", "body")) != first
    with pytest.raises(ReusedKeyError):
        ids(store, 3, SubmissionKey("k", "another body"))
    assert total(store) == 6


def test_callers_who_send_the_same_key_do_not_meet(store: Store) -> None:
    """Not even with other bodies, which for one caller would be an error."""
    made = {
        (by, body): store.runs.submit_all(
            [Submission(Question(topic=body), by=by)], SubmissionKey("k", body)
        )
        for by, body in (("ann", "one"), ("bob", "one"), ("eve", "two"), (None, "three"))
    }
    assert len({runs[0].id for runs in made.values()}) == 4
    for (by, body), runs in made.items():
        again = [Submission(Question(topic=body), by=by)]
        assert store.runs.submit_all(again, SubmissionKey("k", body)) == runs


def test_a_key_is_known_also_when_its_run_has_ended(store: Store) -> None:
    key = SubmissionKey("k", "body")
    run_id = ids(store, 1, key)[0]
    store.runs.cancel(run_id)
    assert ids(store, 1, key) == [run_id]


def test_of_callers_at_the_same_moment_all_get_the_same_runs(store: Store) -> None:
    key = SubmissionKey("race", "body")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: tuple(ids(store, 2, key)), range(40)))
    assert len(set(made)) == 1
    assert total(store) == 2


def test_a_submit_with_an_id_that_is_taken_makes_nothing(store: Store) -> None:
    store.runs.submit(QUESTION, run_id="taken")
    with pytest.raises(ConflictError, match="taken"):
        store.runs.submit_all([SUBMISSION, Submission(QUESTION, run_id="taken")])
    assert total(store) == 1


def test_more_than_may_wait_are_refused_all_of_them(store: Store) -> None:
    ids(store, 3, most=4)
    with pytest.raises(QueueFullError, match="4 runs"):
        ids(store, 2, most=4)
    assert total(store) == 3
    ids(store, 1, most=4)


def test_only_what_waits_takes_room(store: Store, lease: Lease) -> None:
    waiting = ids(store, 1, most=1)
    store.runs.cancel(waiting[0])
    ids(store, 1, most=1)


def test_a_repeated_submit_is_known_also_when_the_queue_is_full(store: Store) -> None:
    key = SubmissionKey("k", "body")
    assert ids(store, 1, key, most=1) == ids(store, 1, key, most=1)


def test_the_cap_holds_also_where_many_submit_at_once(store: Store) -> None:
    def submit(_: int) -> bool:
        try:
            ids(store, 1, most=10)
        except QueueFullError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(submit, range(40)))
    assert sum(taken) == 10
    assert store.runs.counts()[RunState.PENDING] == 10


def test_interactive_runs_are_published_before_batch_runs(
    store: Store, set_run: Callable[..., None]
) -> None:
    batch = store.runs.submit_all([Submission(QUESTION, priority=Priority.BATCH)] * 5)
    late = store.runs.submit(QUESTION)
    assert [run.id for run in store.outbox.take(limit=3)] == [
        late.id,
        *(run.id for run in batch[:2]),
    ]


def test_a_resumed_run_waits_since_it_was_resumed(store: Store) -> None:
    run = store.runs.submit(QUESTION, start_in_s=100)
    assert run.is_put_off
    store.runs.cancel(run.id)
    resumed = store.runs.resume(run.id)
    assert not resumed.is_put_off
    assert resumed.due_at < run.due_at
