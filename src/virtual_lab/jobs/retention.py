"""Retention: how long things are kept, over all that is written about runs.

The API process prunes once an hour, and ``virtual-lab runs prune`` at once. What goes are rows of
the store, finished steps of runs that nobody resumes any more, what was found online for runs
that are gone, and what commands on this machine searched in passing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from threading import Event
from typing import NamedTuple

import structlog

from virtual_lab.bootstrap.library import open_index
from virtual_lab.jobs.worker.checkpoint_cleanup import delete_steps, runs_with_steps
from virtual_lab.library.ephemeral import forget_unused, run_collection
from virtual_lab.settings import Settings
from virtual_lab.store import Expired, RetentionLimit, Store

PERIOD_S = 3600.0
_FIRST_S = 30.0

log = structlog.get_logger(__name__)


class PruneResult(NamedTuple):
    """How much went, or would go: reports, runs, rows of logs, paid calls, sources, runs whose
    finished steps went, and collections of what was found online or named in passing."""

    reports: int = 0
    runs: int = 0
    events: int = 0
    calls: int = 0
    sources: int = 0
    checkpoints: int = 0
    collections: int = 0


def keep_house(store: Store, settings: Settings, stopped: Event) -> None:
    """Prune once, unless the process ends within its first moments."""
    if stopped.wait(_FIRST_S):
        return
    pruned = prune(store, settings)
    if any(pruned):
        log.info("pruned", **pruned._asdict())


def prune(store: Store, settings: Settings, dry_run: bool = False) -> PruneResult:
    """Delete what is kept no longer, in small transactions.

    Args:
        dry_run: only count; what a deleted report or run would set free is not in it.

    Raises:
        StoreError: the store cannot be used.
        LibraryError: the library cannot be used.
    """
    retention = store.retention
    reports = retention.surplus_reports(RetentionLimit(settings.keep_reports_days))
    if not dry_run:
        retention.delete_reports(_ids(reports))
    runs = retention.surplus_runs(RetentionLimit(settings.keep_runs_days, settings.keep_runs))
    # What belongs to a run outside of the store goes first: nobody would know of it afterwards.
    collections = _prune_collections(_ids(runs), settings, dry_run)
    collections += _prune_passing(settings, dry_run)
    checkpoints = _prune_checkpoints(store, _ids(runs), settings, dry_run)
    if not dry_run:
        retention.delete_runs(_ids(runs))
    events = retention.surplus_events(
        RetentionLimit(settings.keep_events_days, settings.keep_events, settings.keep_events_mb)
    )
    calls = retention.surplus_calls(
        RetentionLimit(settings.keep_calls_days, settings.keep_calls, settings.keep_calls_mb)
    )
    sources = retention.unused_sources()
    if not dry_run:
        retention.delete_events(_ids(events))
        retention.delete_calls(_ids(calls))
        retention.delete_sources(sources)
        retention.give_back_space()
    return PruneResult(
        reports=len(reports),
        runs=len(runs),
        events=sum(found.rows for found in events),
        calls=sum(found.rows for found in calls),
        sources=len(sources),
        checkpoints=checkpoints,
        collections=collections,
    )


def _prune_collections(run_ids: Sequence[str], settings: Settings, dry_run: bool) -> int:
    """Remove what was found online for these runs."""
    if not run_ids:
        return 0
    with closing(open_index(settings)) as index:
        gone = index.collections().keys() & {run_collection(run_id) for run_id in run_ids}
        for name in () if dry_run else gone:
            index.remove_collection(name)
    return len(gone)


def _prune_passing(settings: Settings, dry_run: bool) -> int:
    """Remove what ``--docs`` named on this machine, and not for long."""
    notes = settings.passing_path
    if not notes.is_dir():
        return 0
    with closing(open_index(settings)) as index:
        return forget_unused(index, notes, settings.keep_docs_days, dry_run)


def _prune_checkpoints(
    store: Store, run_ids: Sequence[str], settings: Settings, dry_run: bool
) -> int:
    """Remove the finished steps of these runs, and of those that nobody resumes any more."""
    there = runs_with_steps(settings)
    limit = RetentionLimit(settings.keep_checkpoints_days)
    stale = {*store.retention.stale_steps(there, limit), *(set(there) & set(run_ids))}
    if not dry_run:
        delete_steps(settings, sorted(stale))
    return len(stale)


def _ids(surplus: Sequence[Expired]) -> list[str]:
    return [found.run_id for found in surplus]
