"""Retention: deletes what the settings keep no longer, in the store, checkpoints and library.

The API process does it once an hour, and ``virtual-lab runs prune`` at once. It deletes rows of
the store, checkpoints of runs that are too old to be resumed, what was found online for deleted
runs, and the temporary collections of folders that questions named on this machine.
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
_DELAY_S = 30.0

log = structlog.get_logger(__name__)


class PruneResult(NamedTuple):
    """How much was deleted, or would be.

    Attributes:
        events: rows of the runs' logs.
        calls: stored calls of models.
        sources: sources that no stored report cites.
        checkpoints: runs whose checkpoints were deleted.
        collections: temporary collections.
    """

    reports: int = 0
    runs: int = 0
    events: int = 0
    calls: int = 0
    sources: int = 0
    checkpoints: int = 0
    collections: int = 0


def prune_after_delay(store: Store, settings: Settings, stopped: Event) -> None:
    """Prune once, unless the process stops within ``_DELAY_S`` seconds."""
    if stopped.wait(_DELAY_S):
        return
    pruned = prune(store, settings)
    if any(pruned):
        log.info("pruned", **pruned._asdict())


def prune(store: Store, settings: Settings, dry_run: bool = False) -> PruneResult:
    """Delete what the settings keep no longer, in small transactions.

    Args:
        dry_run: only count; what becomes unused by a deletion is not counted.

    Raises:
        StoreError: the store cannot be used.
        LibraryError: the library cannot be used.
    """
    retention = store.retention
    reports = retention.surplus_reports(RetentionLimit(settings.keep_reports_days))
    if not dry_run:
        retention.delete_reports(_ids(reports))
    runs = retention.surplus_runs(RetentionLimit(settings.keep_runs_days, settings.keep_runs))
    # What a run has outside the store goes first: without the run nothing would name it.
    collections = _prune_collections(_ids(runs), settings, dry_run)
    collections += _prune_docs_collections(settings, dry_run)
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
    """Remove the collections of what these runs found online."""
    if not run_ids:
        return 0
    with closing(open_index(settings)) as index:
        gone = index.collections().keys() & {run_collection(run_id) for run_id in run_ids}
        for name in () if dry_run else gone:
            index.remove_collection(name)
    return len(gone)


def _prune_docs_collections(settings: Settings, dry_run: bool) -> int:
    """Remove the collections of ``--docs`` folders of this machine that are no longer used."""
    notes = settings.docs_use_path
    if not notes.is_dir():
        return 0
    with closing(open_index(settings)) as index:
        return forget_unused(index, notes, settings.keep_docs_days, dry_run)


def _prune_checkpoints(
    store: Store, run_ids: Sequence[str], settings: Settings, dry_run: bool
) -> int:
    """Remove the checkpoints of these runs, and of runs that are too old to be resumed."""
    there = runs_with_steps(settings)
    limit = RetentionLimit(settings.keep_checkpoints_days)
    stale = {*store.retention.stale_steps(there, limit), *(set(there) & set(run_ids))}
    if not dry_run:
        delete_steps(settings, sorted(stale))
    return len(stale)


def _ids(surplus: Sequence[Expired]) -> list[str]:
    return [found.run_id for found in surplus]
