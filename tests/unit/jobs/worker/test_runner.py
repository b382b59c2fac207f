"""One run in a worker: it ends in success, failure, cancelled, or goes back to the queue."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from tests.unit.jobs.conftest import QUESTION
from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.domain import Budget, EventKind, Question
from virtual_lab.errors import (
    InvalidInputError,
    LibraryAwayError,
    LostLeaseError,
    NotFoundError,
)
from virtual_lab.jobs.worker import heartbeat, runner
from virtual_lab.jobs.worker.process_identity import this_process
from virtual_lab.jobs.worker.runner import Runner, work
from virtual_lab.report.markdown import render_markdown
from virtual_lab.settings import Settings
from virtual_lab.store import Lease, RunProgress, RunState, Store, StoredRun

Method = Callable[..., Awaitable[Any]]


@pytest.fixture
def analyst(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str, Callable[[], Awaitable[None]]], None]:
    """Lets something happen before each call of a method of the real analyst."""

    def before(name: str, happening: Callable[[], Awaitable[None]]) -> None:
        method: Method = getattr(ExtractiveAnalyst, name)

        async def call(self: ExtractiveAnalyst, task: object) -> object:
            await happening()
            return await method(self, task)

        monkeypatch.setattr(ExtractiveAnalyst, name, call)

    return before


def claim(store: Store, question: Question = QUESTION) -> Lease:
    """A new run that this process holds."""
    lease = store.leases.claim(store.runs.submit(question).id, this_process())
    assert lease
    return lease


def run(settings: Settings, store: Store, lease: Lease, limit_s: float = 60.0) -> list[RunProgress]:
    """Work on a run to the end; gives the progress that was shown."""
    shown: list[RunProgress] = []
    Runner(settings, store, shown.append, limit_s).run(lease)
    return shown


def kinds(store: Store, run_id: str) -> list[EventKind]:
    """What the log of a run tells."""
    return [logged.event.kind for logged in store.events.after(run_id)]


def checkpoints_of(settings: Settings, run_id: str) -> int:
    """How many checkpoints of a run are kept."""

    async def count() -> int:
        async with runner.open_checkpoints(settings) as saver:
            found = saver.alist({"configurable": {"thread_id": run_id}})
            return len([item async for item in found])

    return asyncio.run(count())


def test_a_run_ends_with_its_report(settings: Settings, store: Store) -> None:
    lease = claim(store)
    shown = run(settings, store, lease)
    ended = store.runs.get(lease.run_id)
    assert (ended.state, ended.error) == (RunState.SUCCESS, None)
    report = store.reports.get(lease.run_id).report
    assert report.topic == QUESTION.topic
    assert report.coverage.statements_verified > 0
    told = kinds(store, lease.run_id)
    assert told[0] is EventKind.STARTED
    assert told.count(EventKind.FINISHED) == 1
    assert told[-1] is EventKind.FINISHED
    assert [step.current for step in shown] == sorted(step.current for step in shown)
    assert checkpoints_of(settings, lease.run_id) == 0, "they are needed no more"


def test_an_error_of_ours_ends_the_run_in_failure(settings: Settings, store: Store) -> None:
    lease = claim(store, Question(topic="x", collections=("nowhere",)))
    run(settings, store, lease)
    ended = store.runs.get(lease.run_id)
    assert ended.state is RunState.FAILURE
    assert ended.error
    assert ended.error.type == "NotFoundError"
    assert "collection nowhere" in ended.error.message


def test_any_other_error_is_told_without_secrets(
    settings: Settings, store: Store, analyst: Callable[..., None]
) -> None:
    async def fail() -> None:
        raise RuntimeError("no answer from https://user:hidden@host/")

    analyst("plan", fail)
    lease = claim(store)
    run(settings, store, lease)
    ended = store.runs.get(lease.run_id)
    assert ended.error
    assert ended.error[:2] == (
        "RunFailedError",
        "The run failed: RuntimeError: no answer from https://user:********@host/",
    )


def test_a_run_that_takes_too_long_is_ended(
    settings: Settings, store: Store, analyst: Callable[..., None]
) -> None:
    analyst("plan", lambda: asyncio.sleep(60))
    lease = claim(store)
    run(settings, store, lease, limit_s=0.05)
    ended = store.runs.get(lease.run_id)
    assert ended.error
    assert ended.error.type == "TimeLimitError"


@pytest.mark.slow
def test_what_a_run_had_found_when_its_time_was_up_is_kept_as_a_partial_report(
    settings: Settings, store: Store, analyst: Callable[..., None]
) -> None:
    hang = [True]

    async def hang_once() -> None:
        if hang.pop() if hang else False:
            await asyncio.sleep(600)

    analyst("critique", hang_once)
    lease = claim(store)
    run(settings, store, lease, limit_s=10.0)
    ended = store.runs.get(lease.run_id)
    assert ended.state is RunState.FAILURE
    assert ended.error
    assert ended.error.type == "TimeLimitError"
    assert "partial report" in ended.error.message
    [line] = store.reports.versions(lease.run_id)
    assert line.note.startswith("partial")
    partial = store.reports.get(lease.run_id).report
    assert partial.partial
    assert partial.coverage.statements_verified == len(partial.findings()) > 0
    assert "A partial report" in render_markdown(partial)
    store.runs.resume(lease.run_id)
    again = store.leases.claim(lease.run_id, this_process())
    assert again
    run(settings, store, again)
    assert store.runs.get(lease.run_id).state is RunState.SUCCESS
    assert len(store.reports.versions(lease.run_id)) == 2
    assert not store.reports.get(lease.run_id).report.partial


def test_the_time_limit_of_celery_leaves_a_partial_report_too(
    settings: Settings, store: Store, analyst: Callable[..., None]
) -> None:
    async def overstay() -> None:
        signal.raise_signal(signal.SIGUSR1)

    def raise_limit(*_: object) -> None:
        raise SoftTimeLimitExceeded

    analyst("critique", overstay)
    lease = claim(store)
    before = signal.signal(signal.SIGUSR1, raise_limit)
    try:
        run(settings, store, lease)
    finally:
        signal.signal(signal.SIGUSR1, before)
    ended = store.runs.get(lease.run_id)
    assert ended.error
    assert ended.error.type == "TimeLimitError"
    assert store.reports.get(lease.run_id).report.partial


def test_the_minutes_of_a_question_end_its_run(
    settings: Settings,
    store: Store,
    analyst: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "REPORT_TIME_S", 0.05)
    analyst("plan", lambda: asyncio.sleep(60))
    lease = claim(store, Question(topic="x", budget=Budget(minutes=0.001)))
    run(settings, store, lease)
    ended = store.runs.get(lease.run_id)
    assert ended.error
    assert ended.error.type == "TimeLimitError"
    assert store.reports.versions(lease.run_id) == []


def test_a_step_that_times_out_by_itself_is_another_matter(
    settings: Settings, store: Store, analyst: Callable[..., None]
) -> None:
    async def time_out() -> None:
        raise TimeoutError("the endpoint was silent")

    analyst("plan", time_out)
    lease = claim(store)
    run(settings, store, lease)
    ended = store.runs.get(lease.run_id)
    assert ended.error
    assert ended.error.type == "RunFailedError"
    assert "endpoint was silent" in ended.error.message


def test_a_cancel_stops_the_step_at_work(
    settings: Settings,
    store: Store,
    analyst: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heartbeat, "CHECK_PERIOD_S", 0.01)
    stopped: list[bool] = []
    lease = claim(store)

    async def hang() -> None:
        store.runs.cancel(lease.run_id)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    analyst("plan", hang)
    run(settings, store, lease)
    assert stopped
    assert store.runs.get(lease.run_id).state is RunState.CANCELLED
    assert kinds(store, lease.run_id)[-1] is EventKind.CANCELLED


def test_a_step_that_fails_because_of_the_cancel_is_cancelled_too(
    settings: Settings,
    store: Store,
    analyst: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heartbeat, "CHECK_PERIOD_S", 0.01)
    lease = claim(store)

    async def fail() -> None:
        store.runs.cancel(lease.run_id)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise RuntimeError("the connection was closed") from None

    analyst("plan", fail)
    run(settings, store, lease)
    assert store.runs.get(lease.run_id).state is RunState.CANCELLED


def test_a_worker_that_shuts_down_gives_the_run_back(
    settings: Settings,
    store: Store,
    analyst: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heartbeat, "CHECK_PERIOD_S", 0.01)
    monkeypatch.setattr(runner, "is_draining", lambda: True)
    analyst("critique", lambda: asyncio.sleep(60))
    lease = claim(store)
    run(settings.model_copy(update={"drain_s": 0.0}), store, lease)
    given_back = store.runs.get(lease.run_id)
    assert (given_back.state, given_back.crashes) == (RunState.PENDING, 0)


def test_a_run_goes_on_where_it_was_without_doing_a_finished_step_again(
    settings: Settings, store: Store, analyst: Callable[..., None]
) -> None:
    calls: list[str] = []
    trouble = [RuntimeError("the first time only")]

    def counted(name: str) -> Callable[[], Awaitable[None]]:
        async def count() -> None:
            calls.append(name)
            if name == "critique" and trouble:
                raise trouble.pop()

        return count

    for name in ("plan", "analyse", "critique", "synthesise"):
        analyst(name, counted(name))
    lease = claim(store, QUESTION.model_copy(update={"rounds": 1}))
    run(settings, store, lease)
    assert store.runs.get(lease.run_id).state is RunState.FAILURE
    before = calls.copy()
    assert checkpoints_of(settings, lease.run_id) > 0
    store.runs.resume(lease.run_id)
    again = store.leases.claim(lease.run_id, this_process())
    assert again
    calls.clear()
    run(settings, store, again)
    assert store.runs.get(lease.run_id).state is RunState.SUCCESS
    assert before.count("plan") == 1
    assert set(calls) == {"critique", "synthesise"}


def test_a_run_that_was_cut_off_before_its_end_was_written_does_nothing_again(
    settings: Settings,
    store: Store,
    analyst: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []

    async def count() -> None:
        calls.append("call")

    for name in ("plan", "analyse", "critique", "summarise", "synthesise"):
        analyst(name, count)
    lease = claim(store)
    finish = store.leases.finish

    def die(*_: object) -> None:
        raise LostLeaseError

    monkeypatch.setattr(store.leases, "finish", die)
    run(settings, store, lease)
    assert store.runs.get(lease.run_id).state is RunState.PROGRESS
    store.leases.abandon(store.leases.held()[0])
    again = store.leases.claim(lease.run_id, this_process())
    assert again
    monkeypatch.setattr(store.leases, "finish", finish)
    calls.clear()
    run(settings, store, again)
    assert store.runs.get(lease.run_id).state is RunState.SUCCESS
    assert calls == []


def test_a_run_that_another_worker_has_taken_is_left_alone(
    settings: Settings, store: Store, analyst: Callable[..., None]
) -> None:
    lease = claim(store)

    async def lose() -> None:
        if store.runs.get(lease.run_id).attempt == 1:
            store.leases.abandon(store.leases.held()[0])
            assert store.leases.claim(lease.run_id, "another")

    analyst("analyse", lose)
    run(settings, store, lease)
    taken = store.runs.get(lease.run_id)
    assert (taken.state, taken.owner, taken.attempt) == (RunState.PROGRESS, "another", 2)
    assert kinds(store, lease.run_id).count(EventKind.ANALYSED) == 0


def test_a_database_that_is_away_for_a_while_fails_no_run(
    settings: Settings,
    store: Store,
    analyst: Callable[[str, Callable[[], Awaitable[None]]], None],
) -> None:
    lease = claim(store)

    async def fail() -> None:
        raise LibraryAwayError("it is started again")

    analyst("analyse", fail)
    with pytest.raises(LibraryAwayError):
        run(settings, store, lease)
    left = store.runs.get(lease.run_id)
    assert (left.state, left.error) == (RunState.PROGRESS, None), "its lease runs out"


class Deliveries:
    """Works off messages as a task does."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runner, "load_settings", lambda: settings)
        self.shown: list[RunProgress] = []

    def __call__(self, run_id: str, query: str = QUESTION.topic) -> StoredRun:
        outcome = work(run_id, query, self.shown.append)
        assert outcome
        return outcome.run


@pytest.fixture
def deliver(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deliveries]:
    """Works off messages as a task does."""
    yield Deliveries(settings, monkeypatch)
    # A worker keeps its store open to its end; this process goes on to the next test.
    runner._store(os.getpid()).close()
    runner._store.cache_clear()


def test_a_foreign_message_makes_a_run(store: Store, deliver: Deliveries) -> None:
    outcome = deliver("foreign-1")
    assert outcome.state is RunState.SUCCESS
    assert store.runs.get("foreign-1").question.topic == QUESTION.topic
    assert deliver.shown


def test_a_foreign_message_without_a_question_makes_none(store: Store, deliver: Deliveries) -> None:
    with pytest.raises(InvalidInputError, match="user_query"):
        deliver("foreign-2", " ")
    with pytest.raises(NotFoundError):
        store.runs.get("foreign-2")


def test_of_a_run_that_is_known_its_own_question_counts(store: Store, deliver: Deliveries) -> None:
    known = store.runs.submit(QUESTION.model_copy(update={"rounds": 1}))
    assert deliver(known.id, "").question == known.question


def test_a_second_delivery_leaves_a_run_to_the_worker_that_has_it(
    store: Store, deliver: Deliveries
) -> None:
    lease = claim(store)
    outcome = deliver(lease.run_id)
    assert (outcome.state, outcome.attempt) == (RunState.PROGRESS, 1)
    assert store.events.after(lease.run_id) == []


def test_a_run_is_taken_from_a_worker_that_is_dead(store: Store, deliver: Deliveries) -> None:
    place, number, started = this_process().rsplit("/", 2)
    run_id = store.runs.submit(QUESTION).id
    assert store.leases.claim(run_id, f"{place}/{number}/{int(started) - 1}")
    outcome = deliver(run_id)
    assert (outcome.state, outcome.attempt) == (RunState.SUCCESS, 2)


@pytest.mark.parametrize("state", [RunState.SUCCESS, RunState.CANCELLED])
def test_a_message_of_a_run_that_has_ended_does_nothing(
    store: Store, deliver: Deliveries, state: RunState
) -> None:
    run_id = store.runs.submit(QUESTION).id
    if state is RunState.SUCCESS:
        deliver(run_id)
    else:
        store.runs.cancel(run_id)
    before = store.runs.get(run_id)
    assert deliver(run_id) == before
    assert before.state is state
