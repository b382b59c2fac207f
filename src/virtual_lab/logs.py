"""The log: one line for each event, as JSON or for a terminal, without secrets.

All loggers write through it, also those of Celery and the HTTP server. Inside ``run_context`` every
line has the id of the run.
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

# These log every request, with its address.
_VERBOSE_LOGGERS = ("httpx", "httpcore", "httpx2", "httpcore2", "alembic", "kombu", "amqp")

_LOOKS_LIKE_SECRET = re.compile(
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
# Shorter secrets are not masked, since they may be parts of ordinary words.
_FEWEST_SECRET_CHARACTERS = 8

_known_secrets: set[str] = set()


def set_up_logs(settings: Settings) -> None:
    """Write the log of this process to standard error, in the format of the settings."""
    _known_secrets.update(_secrets(settings))
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
    for name in _VERBOSE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def run_context(run_id: str) -> Iterator[None]:
    """Add the id of a run to every line that is logged inside."""
    with structlog.contextvars.bound_contextvars(run_id=run_id):
        yield


def redact(text: str) -> str:
    """``text`` without the secrets of the settings and other texts that look like secrets."""
    for secret in _known_secrets:
        text = text.replace(secret, HIDDEN)
    return _LOOKS_LIKE_SECRET.sub(lambda found: f"{found['before'] or ''}{HIDDEN}", text)


def _secrets(settings: Settings) -> set[str]:
    """The secret settings, without addresses, whose passwords a pattern finds."""
    values = (getattr(settings, name) for name in Settings.model_fields)
    words = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    return {word for word in words if len(word) >= _FEWEST_SECRET_CHARACTERS and "://" not in word}


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
    """The last processor, which masks the secrets of the complete line."""
    return redact(str(line))
