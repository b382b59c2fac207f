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
from virtual_lab.messages import Message
from virtual_lab.private_files import close_to_others, is_open_to_others, make_folder
from virtual_lab.settings import Settings, load_settings

_LITTLE_SPACE = 1 << 30  # bytes
_NO_SPACE = 100 << 20  # bytes
_SOON_S = 5.0  # in which an endpoint has to embed a word


class CheckOutcome(StrEnum):
    """How a check went; a note is something that works without."""

    OK = "ok"
    NOTE = "note"
    FAIL = "fail"


class Check(NamedTuple):
    """What one check found; ``remedy`` says what to do, None where nothing needs to be done."""

    name: str
    outcome: CheckOutcome
    found: Message
    remedy: Message | None = None


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
        remedy = Message.of("doctor.mend_settings")
        yield Check("settings", CheckOutcome.FAIL, error.as_message(), remedy)
        return
    yield Check("settings", CheckOutcome.OK, Message.of("doctor.settings"))
    for name, check, code in _CHECKS:
        yield _guarded(name, check, Message.of(code) if code else None, settings)
    if online:
        yield from _sources(settings)


def analyst(settings: Settings) -> Message:
    """Who thinks in a run: the names of the models, or that there is none."""
    from virtual_lab.analysts.model.model_names import UNKNOWN_NAME, is_configured, models_of_roles

    if not is_configured(settings):
        return Message.of("doctor.model_none")
    names = dict.fromkeys(models_of_roles(settings).values())
    models = (
        Message.of("doctor.model_served", address=str(settings.openai_base_url))
        if name.name == UNKNOWN_NAME
        else Message.of("outside.text", text=str(name))
        for name in names
    )
    return Message.of("doctor.model", models=tuple(models))


def database_in_words(settings: Settings) -> str:
    """The address of the database without its password.

    Raises:
        StoreError: it is none.
    """
    from virtual_lab.store import Database

    return Database(settings.store_url).url.render_as_string(hide_password=True)


def _guarded(
    name: str, check: Callable[[Settings], Check], remedy: Message | None, settings: Settings
) -> Check:
    try:
        return check(settings)
    except VirtualLabError as error:
        return Check(name, CheckOutcome.FAIL, error.as_message(), remedy)


def _python() -> Check:
    found = Message.of(
        "doctor.python",
        version=platform.python_version(),
        system=platform.system(),
        lab=__version__,
    )
    return Check("python", CheckOutcome.OK, found)


def _terminal() -> Check:
    encoding = sys.stdout.encoding or "ascii"
    try:
        "안전성 “—”".encode(encoding)
    except UnicodeEncodeError:
        found = Message.of("doctor.terminal_lacks", encoding=encoding)
        return Check("terminal", CheckOutcome.NOTE, found, Message.of("doctor.mend_terminal"))
    return Check("terminal", CheckOutcome.OK, Message.of("doctor.terminal", encoding=encoding))


def _data(settings: Settings) -> Check:
    folder = settings.data_dir
    try:
        make_folder(folder)
        close_to_others(folder)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        fails = Message.of("doctor.data_fails", folder=str(folder), said=str(error.strerror))
        return Check("data", CheckOutcome.FAIL, fails, Message.of("doctor.mend_data"))
    found = Message.of("doctor.data", folder=str(folder), free=f"{free / 1e9:.1f}")
    if free < _LITTLE_SPACE:
        outcome = CheckOutcome.FAIL if free < _NO_SPACE else CheckOutcome.NOTE
        return Check("data", outcome, found, Message.of("doctor.mend_space"))
    if is_open_to_others(folder):
        found = Message.of("doctor.data_open", found=found)
        return Check("data", CheckOutcome.NOTE, found, Message.of("doctor.mend_data_open"))
    return Check("data", CheckOutcome.OK, found)


def _library(settings: Settings) -> Check:
    from virtual_lab.bootstrap.library import open_index

    index = open_index(settings)
    try:
        counts = index.collections()
    finally:
        index.close()
    if not counts:
        remedy = Message.of("doctor.mend_library_empty")
        return Check("library", CheckOutcome.NOTE, Message.of("doctor.library_empty"), remedy)
    documents = sum(counts.values())
    found = Message.of("doctor.library", documents=documents, collections=len(counts))
    return Check("library", CheckOutcome.OK, found)


def _database(settings: Settings) -> Check:
    from virtual_lab.jobs.run_log import open_store

    where = database_in_words(settings)
    with open_store(settings) as store:
        runs = sum(store.runs.counts().values())
    found = Message.of("doctor.database", database=where, runs=runs)
    return Check("database", CheckOutcome.OK, found)


def _access(settings: Settings) -> Check:
    from virtual_lab.jobs.run_log import open_store

    with open_store(settings) as store:
        keys = len(store.keys.list())
    if keys:
        return Check("access", CheckOutcome.OK, Message.of("doctor.access", keys=keys))
    is_open = settings.serve_network_without_keys
    found = Message.of("doctor.access_open" if is_open else "doctor.access_local")
    return Check("access", CheckOutcome.NOTE, found, Message.of("doctor.mend_access"))


def _queue(settings: Settings) -> Check:
    from virtual_lab.jobs.dispatch.diagnosis import diagnose
    from virtual_lab.jobs.run_log import open_store

    with open_store(settings) as store:
        ailments = diagnose(store, settings.max_pending)
        waiting = sum(store.runs.waiting().values())
    if ailments:
        found = Message.of("doctor.all", items=tuple(item.what for item in ailments))
        remedy = Message.of("doctor.all", items=tuple(item.remedy for item in ailments))
        return Check("queue", CheckOutcome.NOTE, found, remedy)
    return Check("queue", CheckOutcome.OK, Message.of("doctor.queue", waiting=waiting))


def _broker(settings: Settings) -> Check:
    from virtual_lab.jobs.broker.broker import Broker

    broker = Broker(settings)
    broker.start()
    try:
        broker.check()
    finally:
        broker.stop()
    kind = Message.of("doctor.broker_embedded" if broker.embedded else "doctor.broker_redis")
    found = Message.of("doctor.broker", kind=kind, address=str(broker))
    return Check("broker", CheckOutcome.OK, found)


def _worker(settings: Settings) -> Check:
    from virtual_lab.jobs.broker.broker import Broker

    found, remedy = Message.of("doctor.worker_silent"), Message.of("doctor.mend_worker_silent")
    silent = Check("worker", CheckOutcome.NOTE, found, remedy)
    broker = Broker(settings)
    if broker.embedded and broker.embedded.pid is None:
        return silent
    from virtual_lab.jobs.app import make_app
    from virtual_lab.jobs.dispatch.worker_health import check_worker

    try:
        check_worker(make_app(broker.url), broker)
    except BrokerError:
        return silent
    return Check("worker", CheckOutcome.OK, Message.of("doctor.worker"))


def _model(settings: Settings) -> Check:
    from virtual_lab.analysts.model.model_names import is_configured

    if is_configured(settings):
        asyncio.run(_open_model(settings))
        return Check("model", CheckOutcome.OK, analyst(settings))
    return Check(
        "model", CheckOutcome.NOTE, analyst(settings), Message.of("doctor.mend_model_none")
    )


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
        return Check("vectors", CheckOutcome.OK, Message.of("doctor.vectors_off"))
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
        found = Message.of("doctor.vectors_other_width", width=width, held=held)
        return Check("vectors", CheckOutcome.FAIL, found, Message.of("doctor.mend_vectors_width"))
    where = {"endpoint": str(embedder.endpoint), "width": width}
    if missing:
        found = Message.of("doctor.vectors_missing", missing=missing, **where)
        remedy = Message.of("doctor.mend_vectors_missing")
        return Check("vectors", CheckOutcome.NOTE, found, remedy)
    return Check("vectors", CheckOutcome.OK, Message.of("doctor.vectors", **where))


def _pdf(settings: Settings) -> Check:
    from virtual_lab.report.pdf import require_pdf

    try:
        require_pdf()
    except MissingExtraError:
        found, remedy = Message.of("doctor.pdf_lacks"), Message.of("doctor.mend_pdf")
        return Check("pdf", CheckOutcome.NOTE, found, remedy)
    return Check("pdf", CheckOutcome.OK, Message.of("doctor.pdf"))


def _plugins(settings: Settings) -> Check:
    from virtual_lab import plugins

    trouble = plugins.problems()
    if trouble:
        problems = tuple(Message.of("doctor.plugins_problem", **one._asdict()) for one in trouble)
        found = Message.of("doctor.all", items=problems)
        return Check("plugins", CheckOutcome.NOTE, found, Message.of("doctor.mend_plugins"))
    counts = {group.rpartition(".")[2]: plugins.count(group) for group in plugins.GROUPS}
    return Check("plugins", CheckOutcome.OK, Message.of("doctor.plugins", **counts))


def _sources(settings: Settings) -> Iterator[Check]:
    from virtual_lab.sources.probe import check_sources, is_offline

    mend_network = Message.of("doctor.mend_network")
    checked = asyncio.run(check_sources(settings))
    if is_offline(checked):
        found = Message.of("doctor.network_none")
        yield Check("network", CheckOutcome.NOTE, found, mend_network)
        checked = [line for line in checked if not line.host]
    for line in checked:
        outcome = CheckOutcome.OK if line.outcome == "answers" else CheckOutcome.NOTE
        remedy = mend_network if line.outcome == "fails" else None
        yield Check(line.provider, outcome, line.as_message(), remedy)


_CHECKS: tuple[tuple[str, Callable[[Settings], Check], str], ...] = (
    ("data", _data, ""),
    ("library", _library, "doctor.mend_library"),
    ("database", _database, "doctor.mend_database"),
    ("access", _access, "doctor.mend_by_database"),
    ("queue", _queue, "doctor.mend_by_database"),
    ("broker", _broker, "doctor.mend_broker"),
    ("worker", _worker, "doctor.mend_worker"),
    ("model", _model, "doctor.mend_model"),
    ("vectors", _vectors, "doctor.mend_vectors"),
    ("pdf", _pdf, ""),
    ("plugins", _plugins, "doctor.mend_installation"),
)
"""The checks: the name of each, what makes it, and the code of the remedy where it fails."""
