"""The store of the settings, opened with the localised sentences of the runs' logs."""

from __future__ import annotations

from virtual_lab.domain import Question
from virtual_lab.messages import say
from virtual_lab.private_files import close_to_others
from virtual_lab.settings import Settings
from virtual_lab.store import RunStep, Store
from virtual_lab.text.language import detect_language


def open_store(settings: Settings, pooled: bool = True) -> Store:
    """The store that the settings name: ``DATABASE_URL``, else a file in the data folder.

    Args:
        settings: the settings of the service.
        pooled: keep connections open between transactions. A process that forks must not do so.

    Raises:
        StoreError: the database cannot be opened, or was made by a newer version.
    """
    close_to_others(settings.data_dir)
    return Store(settings.store_url, pooled, settings.lease_s, describe)


def describe(step: RunStep, question: Question) -> str:
    """The line of the log about a step of a run, in the language of the answer."""
    language = question.language
    if language == "auto":
        language = "ko" if detect_language(question.topic) == "ko" else "en"
    return say(f"run_log.{step}", language)
