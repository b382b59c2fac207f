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
    """Log the lines of the audit at every level of the log."""
    logging.getLogger(AUDIT_LOGGER).setLevel(logging.INFO)


def audit(scope: Scope, start: Message | None) -> None:
    """Log a call: the name of the key, the address, the method, the path and the status.

    Args:
        scope: the scope of the call. Only its path is logged, since a query may contain words of
            a user.
        start: the first message of the answer; None where there was no answer.
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
    """Log that an account of this machine has changed API keys.

    Args:
        command: "keys add" or "keys remove".
        name: the name of the key.
    """
    try:
        who = getuser()
    except (KeyError, OSError):  # The account has no name, as in a container.
        who = None
    log.info("change", who=who, address=None, command=command, name=name)
