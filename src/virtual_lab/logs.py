"""The log: one line per event, as JSON or for a terminal, without secrets.

Everything that logs, Celery and the HTTP server included, goes through here. Inside
``run_context`` every line carries the id of the run.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from pydantic import SecretStr
from structlog.typing import Processor

from virtual_lab.settings import Settings

HIDDEN = "********"

# Their every request would drown the log, and may show addresses.
_CHATTY = ("httpx", "httpcore", "httpx2", "httpcore2", "alembic", "kombu", "amqp")

_SHAPES = re.compile(
    r"""
    (?P<before>
        \bauthorization["']?\s*[=:]\s*["']?(?:(?:bearer|basic)\s+)?
      | \bbearer\s+(?=\S{16})
      | \b[a-z][a-z0-9+.-]*://[^\s/:@"']*:(?=[^\s/@"']*@)
      | \b(?:api[_-]?key|token|password|secret)["']?\s*[=:]\s*["']?
    )
    [^\s@"'&,;}]+
    | \b(?:sk-|tvly-|ghp-|xox[abp]-|vlab_)[A-Za-z0-9_-]{8,}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SHORTEST = 8  # characters; a shorter secret would blot out ordinary words

_known: set[str] = set()


def set_up_logs(settings: Settings) -> None:
    """Send the log of this process to standard error, in the form that the settings ask for."""
    _known.update(_secrets(settings))
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(settings.log_format),
                _redact,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def run_context(run_id: str) -> Iterator[None]:
    """Put the id of a run on every line that is logged inside."""
    with structlog.contextvars.bound_contextvars(run_id=run_id):
        yield


def redact(text: str) -> str:
    """``text`` without the secrets of the settings, and without what looks like one."""
    for secret in _known:
        text = text.replace(secret, HIDDEN)
    return _SHAPES.sub(lambda found: f"{found['before'] or ''}{HIDDEN}", text)


def _secrets(settings: Settings) -> set[str]:
    """The keys among the settings; the passwords of addresses are known by their shape."""
    values = (getattr(settings, name) for name in Settings.model_fields)
    words = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    return {word for word in words if len(word) >= _SHORTEST and "://" not in word}


def _renderers(form: str) -> list[Processor]:
    if form == "json" or (form == "auto" and not sys.stderr.isatty()):
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]


def _redact(logger: Any, method: str, line: Any) -> str:
    """The last step: whatever a line was made of, no secret is in it."""
    return redact(str(line))
