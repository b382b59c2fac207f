"""One run in a worker: lease, heartbeat, lab, checkpoints, report."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from pydantic import ValidationError

from virtual_lab.analysts.meter import budget_of
from virtual_lab.analysts.model.model_names import is_configured
from virtual_lab.bootstrap.lab import open_lab
from virtual_lab.bootstrap.retriever import open_question_retriever
from virtual_lab.domain import Event, EventKind, Question, Report
from virtual_lab.errors import (
    InvalidInputError,
    LibraryAwayError,
    LostLeaseError,
    NotFoundError,
    RunFailedError,
    StoreError,
    TimeLimitError,
    VirtualLabError,
)
from virtual_lab.jobs.app import SOFT_LIMIT_S
from virtual_lab.jobs.run_log import open_store
from virtual_lab.jobs.worker.call_ledger import RunLedger
from virtual_lab.jobs.worker.checkpoints import open_checkpoints
from virtual_lab.jobs.worker.drain import is_draining
from virtual_lab.jobs.worker.heartbeat import Heartbeat, Stop
from virtual_lab.jobs.worker.library import open_library
from virtual_lab.jobs.worker.process_identity import is_dead, this_process
from virtual_lab.jobs.worker.shared_limiter import open_limiter
from virtual_lab.lab.partial_report import partial_report
from virtual_lab.logs import redact, run_context
from virtual_lab.report.markdown import render_markdown
from virtual_lab.settings import Settings, load_settings
from virtual_lab.store import HeldRun, Lease, RunProgress, RunState, Store, StoredRun

LIMIT_S = SOFT_LIMIT_S - 60.0
"""Longest time of one attempt, in seconds; Celery's own limits come later, as the backstop."""

LANDING_S = 30.0
"""How long a run may go on when its minutes are over, to write its report, in seconds."""

Show = Callable[[RunProgress], None]

log = structlog.get_logger(__name__)


class Failed(NamedTuple):
    """Why a run failed, and what is kept of it."""

    error: VirtualLabError
    partial: Report | None = None


@dataclass(frozen=True)
class StoredResult:
    """A report that has been written down. What ``asyncio.run`` returns it makes a text of, whose
    length counts."""

    report: Report = field(repr=False)


@dataclass(frozen=True)
class RunOutcome:
    """A run after its delivery was worked off; ``report`` is there in the state "success"."""

    run: StoredRun
    report: Report | None

    def result(self) -> dict[str, Any]:
        """What Celery's clients get for a run that succeeded."""
        return {
            "status": "completed",
            "report": render_markdown(self.report) if self.report else "",
            "session_id": self.run.session_id,
            "query": self.run.question.topic,
        }


def work(run_id: str, query: str, show: Show, is_written_down: bool = False) -> RunOutcome | None:
    """Work off one delivery of a run's message; gives None where the run is not of this store.

    A run that another living worker has, or that has ended, is left as it is.

    Args:
        run_id: the run, which is written down first where a foreign client has sent it.
        query: its topic, which counts for a run of a foreign client only.
        show: called with every progress.
        is_written_down: whether who sent the message had written the run down.

    Raises:
        InvalidInputError: the query of a foreign client cannot be a question.
        StoreError, LibraryAwayError: the database failed; the run is taken up again once its lease
            has run out.
    """
    with run_context(run_id):
        store = _store(os.getpid())
        run = _find(store, run_id, query, is_written_down)
        if run is None:
            log.error(
                "a message of a run that is not in the database of this worker",
                remedy="give all processes of an installation the same DATABASE_URL, and each"
                " installation a REDIS_URL of its own",
            )
            return None
        lease = _claim(store, run)
        if lease is None:
            return RunOutcome(run, _report(store, run))
        log.info("run starts", attempt=lease.attempt)
        report = Runner(load_settings(), store, show).run(lease)
        run = store.runs.get(run_id)
        log.info("run left", state=run.state.value)
        return RunOutcome(run, report)


class Runner:
    """Works on the run of a lease until it ends, or has to stop."""

    def __init__(
        self, settings: Settings, store: Store, show: Show, limit_s: float = LIMIT_S
    ) -> None:
        self._settings = settings
        self._store = store
        self._show = show
        self._limit_s = limit_s

    def run(self, lease: Lease) -> Report | None:
        """Do the work and write down how it ended; gives the report where it is a success.

        Raises:
            StoreError, LibraryAwayError: the database failed; the lease runs out by itself.
        """
        try:
            end = self._work(lease)
            if isinstance(end, StoredResult):
                return end.report
            self._write_down(lease, end)
        except LostLeaseError:
            log.warning("run lost to another worker", attempt=lease.attempt)
        return None

    def _work(self, lease: Lease) -> Stop | Failed | StoredResult:
        """Research; gives the report, or why there is none."""
        try:
            return asyncio.run(self._supervise(lease))
        except (LostLeaseError, StoreError, LibraryAwayError):
            raise
        except SoftTimeLimitExceeded:
            return asyncio.run(self._cut_off(lease, SOFT_LIMIT_S))
        except VirtualLabError as error:
            return Failed(error)
        except MemoryError:
            return Failed(RunFailedError("run.out_of_memory"))
        except Exception as error:
            log.exception("run failed")
            return Failed(
                RunFailedError("outside.text", text=redact(f"{type(error).__name__}: {error}"))
            )

    def _write_down(self, lease: Lease, end: Stop | Failed) -> None:
        if isinstance(end, Failed):
            self._store.leases.fail(lease, *end)
        elif end is Stop.CANCELLED:
            self._store.leases.cancel(lease)
        elif end is Stop.DRAINED:
            self._store.leases.give_back(lease)

    async def _supervise(self, lease: Lease) -> Stop | Failed | StoredResult:
        """Research under the heartbeat and the time limit; or why it was stopped."""
        loop = asyncio.get_running_loop()
        minutes = budget_of(lease.question, self._settings).minutes
        limit_s = min(self._limit_s, 60 * minutes + LANDING_S) if minutes else self._limit_s
        research = asyncio.create_task(self._research(lease))
        reasons: list[Stop] = []

        def stop(reason: Stop) -> None:
            reasons.append(reason)
            loop.call_soon_threadsafe(research.cancel)

        with Heartbeat(self._store, lease, is_draining, self._settings.drain_s, stop):
            try:
                async with asyncio.timeout(limit_s) as limit:
                    return await research
            except (asyncio.CancelledError, Exception) as error:
                if reasons:
                    return reasons[0]
                if isinstance(error, TimeoutError) and limit.expired():
                    return await self._cut_off(lease, limit_s)
                raise

    async def _cut_off(self, lease: Lease, limit_s: float) -> Failed:
        """The failure of a run that took too long, with what it had verified until then."""
        usage = self._store.ledger.spent(lease.run_id)
        report = None
        try:
            async with (
                asyncio.timeout(LANDING_S),
                open_checkpoints(self._settings) as checkpoints,
            ):
                with open_question_retriever(
                    self._settings, lease.question, lease.run_id
                ) as retriever:
                    report = await partial_report(checkpoints, lease.run_id, retriever, usage)
        except Exception:
            log.exception("no partial report")
        code = "run.over_time_partly_kept" if report else "run.over_time"
        return Failed(TimeLimitError(code, seconds=f"{limit_s:g}"), report)

    async def _research(self, lease: Lease) -> StoredResult:
        last: list[Event] = []
        furthest = 0

        def on_event(event: Event) -> None:
            nonlocal furthest
            # The end is written together with the report: who reads it finds the report there.
            if event.kind is EventKind.FINISHED:
                last.append(event)
                return
            self._store.events.append(lease, event)
            # Steps that are done side by side may be told out of order.
            furthest = max(furthest, event.current)
            self._show(RunProgress(furthest, event.total, event.status))

        ledger = RunLedger(self._store, lease.run_id)
        async with open_checkpoints(self._settings) as checkpoints:
            async with AsyncExitStack() as stack:
                limiter = None
                if is_configured(self._settings, lease.question.model):
                    limiter = await stack.enter_async_context(open_limiter(self._settings))
                index = stack.enter_context(open_library(self._settings))
                lab = await stack.enter_async_context(
                    open_lab(self._settings, lease.question, checkpoints, ledger, limiter, index)
                )
                report = await lab.research(lease.question, on_event, lease.run_id)
            self._store.leases.finish(lease, report, last[0])
            try:
                await checkpoints.adelete_thread(lease.run_id)
            except Exception as error:  # The run has its end, whatever becomes of them.
                log.warning("checkpoints not deleted", error=redact(str(error)))
        return StoredResult(report)


@cache
def _store(pid: int) -> Store:
    """The store of this process; a child opens its own."""
    return open_store(load_settings())


def _find(store: Store, run_id: str, query: str, is_written_down: bool) -> StoredRun | None:
    try:
        return store.runs.get(run_id)
    except NotFoundError:
        if is_written_down:
            # To do it here would pay for it twice: whoever waits for it reads another database.
            return None
    try:
        question = Question(topic=query)
    except ValidationError as error:
        raise InvalidInputError("form.user_query", problem=error.errors()[0]["msg"]) from None
    return store.runs.adopt(run_id, question)


def _claim(store: Store, run: StoredRun) -> Lease | None:
    """The lease; also where the worker that has it is known to be dead."""
    lease = store.leases.claim(run.id, this_process())
    if lease or run.state is not RunState.PROGRESS or not run.owner or not is_dead(run.owner):
        return lease
    log.warning("run taken from a dead worker", attempt=run.attempt)
    store.leases.abandon(HeldRun(run.id, run.attempt, run.owner, until=None))
    return store.leases.claim(run.id, this_process())


def _report(store: Store, run: StoredRun) -> Report | None:
    """The report; None where there is none, or it was deleted."""
    if run.state is not RunState.SUCCESS:
        return None
    try:
        return store.reports.get(run.id).report
    except NotFoundError:
        return None
