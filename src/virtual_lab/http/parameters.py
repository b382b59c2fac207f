"""Parameters of paths and queries that the API and the pages share.

A malformed id gives a 404, as an unknown id does.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query

from virtual_lab.errors import NotFoundError

_LONGEST_ID = 255


async def _task_id(task_id: Annotated[str, Path()]) -> str:
    return checked(task_id)


async def _report_id(report_id: Annotated[str, Path()]) -> str:
    return checked(report_id)


def checked(identifier: str) -> str:
    """Give the id back, if it is well formed.

    Raises:
        NotFoundError: it is too long, or contains characters that no id has.
    """
    if len(identifier) > _LONGEST_ID or not identifier.isprintable():
        raise NotFoundError("call.no_such_id", id=ascii(identifier[:_LONGEST_ID]))
    return identifier


TaskId = Annotated[str, Depends(_task_id)]
ReportId = Annotated[str, Depends(_report_id)]

Version = Annotated[int | None, Query(ge=1, le=1_000_000, description="The latest where None.")]
"""A version of a report."""

Collection = Annotated[
    str,
    Path(pattern=r"^\w[\w .-]{0,63}$", description="Letters of any language, digits, space, _ . -"),
]
"""The name of a collection."""
