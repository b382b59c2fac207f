"""Explained errors: the name of an error in the language of the page, its detail, and a remedy."""

from __future__ import annotations

from typing import NamedTuple

from starlette.exceptions import HTTPException

from virtual_lab.domain import Language
from virtual_lab.errors import VirtualLabError, restore
from virtual_lab.http.problems import message_of
from virtual_lab.messages import codes, say
from virtual_lab.store.run import RunFailure


class Explained(NamedTuple):
    """An error in words; ``detail`` says what and where, or is empty."""

    title: str
    detail: str
    remedy: str


def explain(error: VirtualLabError, language: Language) -> Explained:
    """An error in the language of a page."""
    title = say(f"error_names.{type(error).__name__}", language)
    detail = error.message.text(language) if error.message else ""
    return Explained(title, detail, say(_remedy(error), language))


def explain_stored(failure: RunFailure, language: Language) -> Explained:
    """A stored error in the language of a page."""
    return explain(restore(*failure), language)


def line(error: VirtualLabError, language: Language) -> str:
    """An error in one line."""
    title, detail, _ = explain(error, language)
    return f"{title}: {detail}" if detail else title


def framework_words(error: HTTPException, language: Language) -> str:
    """What an error of the framework says beyond its status; "" where it says no more."""
    message = message_of(error)
    return message.text(language) if message else ""


def _remedy(error: VirtualLabError) -> str:
    """The code of the remedy for an error: that of its class, else of its nearest base class."""
    remedies = (f"remedies.{kind.__name__}" for kind in type(error).__mro__)
    return next(code for code in remedies if code in codes("remedies"))
