"""A lease: the right of one worker to execute a run and to write its results, for a while."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from virtual_lab.domain import Question
from virtual_lab.store.run import RunState
from virtual_lab.store.tables import runs

LEASE_S = 60.0
"""How long a lease is valid without being renewed, in seconds, unless the settings change it."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The lease that a worker holds while it executes a run.

    ``attempt`` is a fencing token: it grows with every claim, and a write with an older number is
    refused.
    """

    run_id: str
    attempt: int
    owner: str
    question: Question


def held_by(lease: Lease) -> sa.ColumnElement[bool]:
    """The condition that a row of ``runs`` still belongs to ``lease``."""
    return sa.and_(
        runs.c.id == lease.run_id,
        runs.c.attempt == lease.attempt,
        runs.c.state == RunState.PROGRESS,
    )
