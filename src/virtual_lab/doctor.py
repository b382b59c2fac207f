"""The doctor: named checks of an installation, each with its remedy.

None of them costs money, but for the one word that an endpoint of vectors embeds.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from virtual_lab import __version__
from virtual_lab.errors import (
    BrokerError,
    MissingExtraError,
    SettingError,
    VirtualLabError,
)
from virtual_lab.private_files import close_to_others, is_open_to_others, make_folder
from virtual_lab.settings import Settings, load_settings

_LITTLE_SPACE = 1 << 30  # bytes
_NO_SPACE = 100 << 20  # bytes
_BROKEN_LIBRARY = (
    "see DATABASE_URL where that names a PostgreSQL; only a file that is broken is moved away, and"
    " its documents added again"
)
_SOON_S = 5.0  # in which an endpoint has to embed a word


class CheckOutcome(StrEnum):
    """How a check went; a note is something that works without."""

    OK = "ok"
    NOTE = "note"
    FAIL = "fail"


class Check(NamedTuple):
    """What one check found; ``remedy`` says what to do, "" where nothing needs to be done."""

    name: str
    outcome: CheckOutcome
    found: str
    remedy: str = ""


def examine(online: bool = False) -> Iterator[Check]:
    """Check everything, one after the other.

    Args:
        online: ask the providers of literature as well.
    """
    yield _python()
    yield _terminal()
    try:
        settings = load_settings()
    except SettingError as error:
        yield Check(
            "settings", CheckOutcome.FAIL, str(error), "mend it in the environment or in .env"
        )
        return
    yield Check("settings", CheckOutcome.OK, "all of them can be used", "")
    for name, check, remedy in _CHECKS:
        yield _guarded(name, check, remedy, settings)
    if online:
        yield from _sources(settings)


def analyst_in_words(settings: Settings) -> str:
    """Who thinks in a run: the names of the models, or that there is none."""
    from virtual_lab.analysts.model.model_names import UNKNOWN_NAME, is_configured, models_of_roles

    if not is_configured(settings):
        return "extractive (no model: the report is made of quotes)"
    names = dict.fromkeys(models_of_roles(settings).values())
    return ", ".join(
        f"what {settings.openai_base_url} serves" if name.name == UNKNOWN_NAME else str(name)
        for name in names
    )


def database_in_words(settings: Settings) -> str:
    """The address of the database without its password.

    Raises:
        StoreError: it is none.
    """
    from virtual_lab.store import Database

    return Database(settings.store_url).url.render_as_string(hide_password=True)


def _guarded(
    name: str, check: Callable[[Settings], Check], remedy: str, settings: Settings
) -> Check:
    try:
        return check(settings)
    except VirtualLabError as error:
        return Check(name, CheckOutcome.FAIL, str(error), remedy)


def _python() -> Check:
    found = f"{platform.python_version()} on {platform.system()}; Virtual Lab {__version__}"
    return Check("python", CheckOutcome.OK, found)


def _terminal() -> Check:
    encoding = sys.stdout.encoding or "ascii"
    try:
        "안전성 “—”".encode(encoding)
    except UnicodeEncodeError:
        remedy = "set PYTHONUTF8=1, or write reports to files with --out"
        return Check("terminal", CheckOutcome.NOTE, f"{encoding} cannot show every report", remedy)
    return Check("terminal", CheckOutcome.OK, encoding)


def _data(settings: Settings) -> Check:
    folder = settings.data_dir
    remedy = "set VIRTUAL_LAB_DATA_DIR to a folder that can be written"
    try:
        make_folder(folder)
        close_to_others(folder)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("data", CheckOutcome.FAIL, f"{folder}: {error.strerror}", remedy)
    found = f"{folder} ({free / 1e9:.1f} GB free)"
    if free < _LITTLE_SPACE:
        outcome = CheckOutcome.FAIL if free < _NO_SPACE else CheckOutcome.NOTE
        return Check("data", outcome, found, "make room, or move it with VIRTUAL_LAB_DATA_DIR")
    if is_open_to_others(folder):
        remedy = "let it belong to you, and to this program alone: chmod 700"
        return Check("data", CheckOutcome.NOTE, f"{found}; other users may look into it", remedy)
    return Check("data", CheckOutcome.OK, found)


def _library(settings: Settings) -> Check:
    from virtual_lab.bootstrap.library import open_index

    index = open_index(settings)
    try:
        counts = index.collections()
    finally:
        index.close()
    if not counts:
        remedy = "virtual-lab library add PATH; until then the starter library is searched"
        return Check("library", CheckOutcome.NOTE, "no documents", remedy)
    found = f"{sum(counts.values())} documents in {len(counts)} collections"
    return Check("library", CheckOutcome.OK, found)


def _database(settings: Settings) -> Check:
    from virtual_lab.jobs.run_log import open_store

    where = database_in_words(settings)
    with open_store(settings) as store:
        runs = sum(store.runs.counts().values())
    return Check("database", CheckOutcome.OK, f"{where} ({runs} runs)")


def _access(settings: Settings) -> Check:
    from virtual_lab.jobs.run_log import open_store

    with open_store(settings) as store:
        keys = len(store.keys.list())
    if keys:
        return Check("access", CheckOutcome.OK, f"API keys: {keys}; every call needs one")
    found = "no API key: only this machine is served, and no call that shows that a proxy passed it"
    if settings.serve_network_without_keys:
        found = "no API key: everybody who reaches the port reads and changes everything"
    remedy = "virtual-lab keys add NAME, before a proxy or another machine leads here"
    return Check("access", CheckOutcome.NOTE, found, remedy)


def _queue(settings: Settings) -> Check:
    from virtual_lab.jobs.dispatch.diagnosis import diagnose
    from virtual_lab.jobs.run_log import open_store

    with open_store(settings) as store:
        ailments = diagnose(store, settings.max_pending)
        waiting = sum(store.runs.waiting().values())
    if ailments:
        found = "; ".join(ailment.what for ailment in ailments)
        return Check("queue", CheckOutcome.NOTE, found, "; ".join(item.remedy for item in ailments))
    return Check("queue", CheckOutcome.OK, f"{waiting} runs wait")


def _broker(settings: Settings) -> Check:
    from virtual_lab.jobs.broker.broker import Broker

    broker = Broker(settings)
    broker.start()
    try:
        broker.check()
    finally:
        broker.stop()
    kind = "embedded Valkey" if broker.embedded else "Redis"
    return Check("broker", CheckOutcome.OK, f"{kind} answers: {broker}")


def _worker(settings: Settings) -> Check:
    from virtual_lab.jobs.broker.broker import Broker

    silent = Check(
        "worker", CheckOutcome.NOTE, "none answers", "virtual-lab up, or virtual-lab worker"
    )
    broker = Broker(settings)
    if broker.embedded and broker.embedded.pid is None:
        return silent
    from virtual_lab.jobs.app import make_app
    from virtual_lab.jobs.dispatch.worker_health import check_worker

    try:
        answer = check_worker(make_app(broker.url), broker)
    except BrokerError:
        return silent
    return Check("worker", CheckOutcome.OK, answer["message"])


def _model(settings: Settings) -> Check:
    from virtual_lab.analysts.model.model_names import is_configured

    if is_configured(settings):
        asyncio.run(_open_model(settings))
        return Check("model", CheckOutcome.OK, analyst_in_words(settings))
    remedy = "set VIRTUAL_LAB_MODEL to have one think and write"
    return Check("model", CheckOutcome.NOTE, analyst_in_words(settings), remedy)


async def _open_model(settings: Settings) -> None:
    """Make everything that a run calls a model with, and call none."""
    from virtual_lab.bootstrap.analyst import open_model_analyst
    from virtual_lab.domain import Question

    async with open_model_analyst(Question(topic="doctor"), settings, "en"):
        pass


def _vectors(settings: Settings) -> Check:
    from contextlib import closing

    from virtual_lab.bootstrap.library import open_embedder, open_index, open_vectors
    from virtual_lab.library.embeddings.backfill import missing_vector_counts
    from virtual_lab.library.embeddings.client import EmbeddingTimeouts

    if not settings.embeddings:
        return Check("vectors", CheckOutcome.OK, "not asked for: passages are found by their words")
    with (
        closing(open_embedder(settings, EmbeddingTimeouts(1, 0.0, _SOON_S))) as embedder,
        closing(open_index(settings)) as index,
        closing(open_vectors(settings)) as store,
    ):
        width = embedder.embed(["doctor"]).shape[1]
        kept = store.next_after(settings.embeddings, 0, 1)
        held = len(kept[0].vector) // 2 if kept else width
        missing = sum(missing_vector_counts(index, store, settings.embeddings).values())
    if held != width:
        found = f"the endpoint gives {width} dimensions, the library's vectors have {held}"
        return Check("vectors", CheckOutcome.FAIL, found, "virtual-lab library embed --again")
    if missing:
        found = f"passages without one: {missing} ({embedder.endpoint}, {width} dimensions)"
        remedy = "virtual-lab library embed; a running service does so by itself"
        return Check("vectors", CheckOutcome.NOTE, found, remedy)
    return Check("vectors", CheckOutcome.OK, f"{embedder.endpoint}, {width} dimensions")


def _pdf(settings: Settings) -> Check:
    from virtual_lab.report.pdf import require_pdf

    try:
        require_pdf()
    except MissingExtraError:
        remedy = 'pip install "pjt-virtual-lab[pdf]"'
        return Check("pdf", CheckOutcome.NOTE, "reports cannot be written as PDF", remedy)
    return Check("pdf", CheckOutcome.OK, "reports can be written as PDF")


def _plugins(settings: Settings) -> Check:
    from virtual_lab import plugins

    trouble = plugins.problems()
    if trouble:
        remedy = "mend or uninstall the package, and start the service again; the rest works"
        return Check("plugins", CheckOutcome.NOTE, "; ".join(map(str, trouble)), remedy)
    counts = (f"{group.rpartition('.')[2]}: {plugins.count(group)}" for group in plugins.GROUPS)
    return Check("plugins", CheckOutcome.OK, ", ".join(counts))


def _sources(settings: Settings) -> Iterator[Check]:
    from virtual_lab.sources.probe import check_sources, is_offline

    remedies = {"fails": "check the network and its proxy; a run goes on without it"}
    checked = asyncio.run(check_sources(settings))
    if is_offline(checked):
        yield Check("network", CheckOutcome.NOTE, "no provider can be reached", remedies["fails"])
        checked = [line for line in checked if not line.host]
    for line in checked:
        outcome = CheckOutcome.OK if line.outcome == "answers" else CheckOutcome.NOTE
        remedy = remedies.get(line.outcome, "")
        found = f"{line.outcome}: {line.detail}" if line.detail else line.outcome
        yield Check(line.provider, outcome, found, remedy)


_CHECKS: tuple[tuple[str, Callable[[Settings], Check], str], ...] = (
    ("data", _data, ""),
    ("library", _library, _BROKEN_LIBRARY),
    ("database", _database, "see DATABASE_URL; unset, a file in the data folder is used"),
    ("access", _access, "see the database"),
    ("queue", _queue, "see the database"),
    ("broker", _broker, "see REDIS_URL; unset, a Valkey is started in the data folder"),
    ("worker", _worker, "see the broker"),
    ("model", _model, "see VIRTUAL_LAB_MODEL; none works without one"),
    ("vectors", _vectors, "see VIRTUAL_LAB_EMBEDDINGS; until then, words alone are searched"),
    ("pdf", _pdf, ""),
    ("plugins", _plugins, "install Virtual Lab again"),
)
