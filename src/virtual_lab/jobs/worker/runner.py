"""The runner: executes one run in a worker, from its lease to the stored report."""

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
"""Longest time of one attempt, in seconds; Celery's own limits come a little later."""

REPORT_TIME_S = 30.0
"""How long a run may take to write its report after its time is over, in seconds."""

Show = Callable[[RunProgress], None]

log = structlog.get_logger(__name__)


class Failed(NamedTuple):
    """Why a run failed, and the report of what it had verified until then."""

    error: VirtualLabError
    partial: Report | None = None


@dataclass(frozen=True)
class StoredResult:
    """A report that has been stored.

    It is left out of the representation because ``asyncio.run`` makes a text of what it returns.
    """

    report: Report = field(repr=False)


@dataclass(frozen=True)
class RunOutcome:
    """A run after its message was handled; it has a report in the state "success" only."""

    run: StoredRun
    report: Report | None

    def result(self) -> dict[str, Any]:
        """The result that Celery's clients get for a successful run."""
        return {
            "status": "completed",
            "report": render_markdown(self.report) if self.report else "",
            "session_id": self.run.session_id,
            "query": self.run.question.topic,
        }


def work(run_id: str, query: str, show: Show, is_stored: bool = False) -> RunOutcome | None:
    """Handle one message of a run; gives None where the run is in another installation's store.

    A run that another living worker has, or that has ended, is not changed.

    Args:
        run_id: the id of the run; the run is stored first if another Celery client sent it.
        query: the topic, which is used only for a run of another Celery client.
        show: called with every progress.
        is_stored: whether the sender of the message had stored the run.

    Raises:
        InvalidInputError: the query of another Celery client is no valid question.
        StoreError, LibraryAwayError: the database failed; the run is continued after its lease
            has lapsed.
    """
    with run_context(run_id):
        store = _store(os.getpid())
        run = _find(store, run_id, query, is_stored)
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
        """Execute the run and store how it ended; gives the report of a success, else None.

        Raises:
            StoreError, LibraryAwayError: the database failed; the lease lapses by itself.
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
        """The report, or why there is none."""
        try:
            return asyncio.run(self._supervise(lease))
        except (LostLeaseError, StoreError, LibraryAwayError):
            raise
        except SoftTimeLimitExceeded:
            return asyncio.run(self._time_out(lease, SOFT_LIMIT_S))
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
        """The report, made under a heartbeat and a time limit, or why the run was stopped."""
        loop = asyncio.get_running_loop()
        minutes = budget_of(lease.question, self._settings).minutes
        limit_s = min(self._limit_s, 60 * minutes + REPORT_TIME_S) if minutes else self._limit_s
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
                    return await self._time_out(lease, limit_s)
                raise

    async def _time_out(self, lease: Lease, limit_s: float) -> Failed:
        """The failure of a run that took too long, with a report of what it had verified."""
        usage = self._store.ledger.spent(lease.run_id)
        report = None
        try:
            async with (
                asyncio.timeout(REPORT_TIME_S),
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
            # The last event is stored together with the report: its reader then asks for it.
            if event.kind is EventKind.FINISHED:
                last.append(event)
                return
            self._store.events.append(lease, event)
            # Events of concurrent steps may come out of order.
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
            except Exception as error:  # The run is stored already; its success does not change.
                log.warning("checkpoints not deleted", error=redact(str(error)))
        return StoredResult(report)


@cache
def _store(pid: int) -> Store:
    """The store of a process; a forked child opens its own."""
    return open_store(load_settings())


def _find(store: Store, run_id: str, query: str, is_stored: bool) -> StoredRun | None:
    try:
        return store.runs.get(run_id)
    except NotFoundError:
        if is_stored:
            # The run is in another database, whose worker executes it too: it would be paid twice.
            return None
    try:
        question = Question(topic=query)
    except ValidationError as error:
        raise InvalidInputError("form.user_query", problem=error.errors()[0]["msg"]) from None
    return store.runs.adopt(run_id, question)


def _claim(store: Store, run: StoredRun) -> Lease | None:
    """The lease of a run, which is also taken from a worker that is known to be dead."""
    lease = store.leases.claim(run.id, this_process())
    if lease or run.state is not RunState.PROGRESS or not run.owner or not is_dead(run.owner):
        return lease
    log.warning("run taken from a dead worker", attempt=run.attempt)
    store.leases.abandon(HeldRun(run.id, run.attempt, run.owner, until=None))
    return store.leases.claim(run.id, this_process())


def _report(store: Store, run: StoredRun) -> Report | None:
    """The report of a run; None where it has none, or it was deleted."""
    if run.state is not RunState.SUCCESS:
        return None
    try:
        return store.reports.get(run.id).report
    except NotFoundError:
        return None
