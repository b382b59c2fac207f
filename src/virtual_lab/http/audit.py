"""The audit: a line in the log for every call and command that may have changed something."""

from __future__ import annotations

import logging
from getpass import getuser

import structlog
from starlette.datastructures import Headers
from starlette.types import Message, Scope

AUDIT_LOGGER = "virtual_lab.audit"

log = structlog.get_logger(AUDIT_LOGGER)


def always_log_audits() -> None:
    """Let the lines through whatever the level of the log is."""
    logging.getLogger(AUDIT_LOGGER).setLevel(logging.INFO)


def audit(scope: Scope, start: Message | None) -> None:
    """Write a call down: who (the name of the key), from where, what, and what came of it.

    Args:
        scope: of the call. Its path names what was changed; a query, which it leaves out, may hold
            words of a user.
        start: the beginning of the answer; None where there was none.
    """
    client = scope.get("client")
    made = Headers(raw=start["headers"]).get("location") if start else None
    log.info(
        "change",
        who=scope.get("caller"),
        address=client[0] if client else None,
        method=scope["method"],
        path=scope["path"],
        status=start["status"] if start else None,
        location=made,
    )


def audit_keys(command: str, name: str) -> None:
    """Write down that API keys were changed on this machine: by which of its accounts, and how.

    Args:
        command: "keys add" or "keys remove".
        name: of the key.
    """
    try:
        who = getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        who = None
    log.info("change", who=who, address=None, command=command, name=name)
