"""The log lines of a worker, from which the contents of messages and results are removed.

Celery writes arguments, results and whole messages into some of its lines, and so the question.
"""

from __future__ import annotations

import logging
import re

from virtual_lab.logs import HIDDEN, set_up_logs
from virtual_lab.settings import Settings

_HIDDEN_FIELDS = ("args", "kwargs", "return_value")
_HAS_MESSAGE = re.compile(r"\bbody\b|args:|Task: %r")
_NAME = re.compile(r"[\w.']+")


def set_up_worker_logs(settings: Settings) -> None:
    """Set up the logs of a worker; see ``set_up_logs``."""
    set_up_logs(settings)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_hide_contents)


def _hide_contents(record: logging.LogRecord) -> bool:
    if not record.name.startswith("celery"):
        return True
    if isinstance(record.args, dict):
        record.args = {**record.args, **dict.fromkeys(_HIDDEN_FIELDS, HIDDEN)}
    elif isinstance(record.args, tuple) and _HAS_MESSAGE.search(str(record.msg)):
        record.args = tuple(map(_shown, record.args))
    return True


def _shown(argument: object) -> object:
    """An argument of a line with a message: names and types of errors are shown, else hidden."""
    if isinstance(argument, BaseException):
        return type(argument).__name__
    return argument if _NAME.fullmatch(str(argument)) else HIDDEN
