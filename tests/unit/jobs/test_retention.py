"""Pruning: the store, the finished steps and the library together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from langgraph.checkpoint.base import empty_checkpoint

from virtual_lab.bootstrap.library import open_index
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.domain import Question
from virtual_lab.jobs.retention import PruneResult, prune
from virtual_lab.jobs.run_log import open_store
from virtual_lab.jobs.worker.checkpoints import open_checkpoints
from virtual_lab.library.ephemeral import docs_collection, note_use, run_collection
from virtual_lab.settings import Settings
from virtual_lab.store import Store

QUESTION = Question(topic="Which foods need a novel food authorisation?")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A new data folder or database; what has ended goes at once."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return Settings(data_dir=tmp_path, DATABASE_URL=url, keep_runs_days=1e-9, keep_events_days=None)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store."""
    with open_store(settings) as opened:
        yield opened


async def leave_steps(settings: Settings, *run_ids: str) -> None:
    async with open_checkpoints(settings) as checkpoints:
        for run_id in run_ids:
            config = {"configurable": {"thread_id": run_id, "checkpoint_ns": ""}}
            await checkpoints.aput(config, empty_checkpoint(), {}, {})


async def steps(settings: Settings) -> set[str]:
    async with open_checkpoints(settings) as checkpoints:
        listed = [
            item.config["configurable"]["thread_id"] async for item in checkpoints.alist(None)
        ]
    return set(listed)


def shelve(settings: Settings, *run_ids: str) -> None:
    with closing(open_index(settings)) as index:
        for run_id in run_ids:
            paper = f"# Found by {run_id}\n\nNovel foods need an authorisation."
            index.add(markdown_document(paper, Path(f"{run_id}.md")), run_collection(run_id))


def shelves(settings: Settings) -> set[str]:
    with closing(open_index(settings)) as index:
        return set(index.collections())


def test_a_run_goes_with_its_steps_and_what_it_found(settings: Settings, store: Store) -> None:
    gone, waiting, foreign = "gone", "waiting", "within a call"
    store.runs.submit(QUESTION, run_id=gone)
    store.runs.submit(QUESTION, run_id=waiting)
    asyncio.run(leave_steps(settings, gone, waiting, foreign))
    shelve(settings, gone, waiting, foreign)
    store.runs.cancel(gone)
    expected = PruneResult(runs=1, checkpoints=1, collections=1)
    assert prune(store, settings, dry_run=True) == expected
    assert asyncio.run(steps(settings)) == {gone, waiting, foreign}
    assert prune(store, settings) == expected
    assert asyncio.run(steps(settings)) == {waiting, foreign}
    assert shelves(settings) == {run_collection(waiting), run_collection(foreign)}
    assert [run.id for run in store.runs.list().items] == [waiting]
    assert prune(store, settings) == PruneResult()


def test_by_default_what_has_just_ended_stays(settings: Settings, store: Store) -> None:
    store.runs.cancel(store.runs.submit(QUESTION).id)
    assert prune(store, Settings(data_dir=settings.data_dir, DATABASE_URL=None)) == PruneResult()


def test_what_was_named_in_passing_goes_with_the_rest(settings: Settings, store: Store) -> None:
    hasty = settings.model_copy(update={"keep_docs_days": 0.0})
    with closing(open_index(settings)) as index:
        folder = docs_collection(Path("/papers"), index.installation)
        for name in (folder, "papers"):
            index.add(markdown_document("# Paper\n\nFoods need tests.", Path("paper.md")), name)
    note_use(settings.docs_use_path, folder)
    assert prune(store, settings) == PruneResult()
    assert prune(store, hasty, dry_run=True) == prune(store, hasty) == PruneResult(collections=1)
    assert shelves(settings) == {"papers"}
