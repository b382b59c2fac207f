"""A lease: one worker's right to work on a run, and to write about it, for a while."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from virtual_lab.domain import Question
from virtual_lab.store.run import RunState
from virtual_lab.store.tables import runs

LEASE_S = 60.0
"""How long a lease lives without being renewed, in seconds, where nothing else is set."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What a worker holds while it works on a run.

    ``attempt`` is the fencing token: it grows with every claim, and a write that carries an
    older one is refused, however late it comes.
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
