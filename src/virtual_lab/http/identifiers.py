"""Ids in paths. What cannot be an id is a thing that is not there, so 404 as for any unknown."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path

from virtual_lab.errors import NotFoundError

_LONGEST = 255


async def _task_id(task_id: Annotated[str, Path()]) -> str:
    return checked(task_id)


async def _report_id(report_id: Annotated[str, Path()]) -> str:
    return checked(report_id)


def checked(identifier: str) -> str:
    """The id, where it can be one.

    Raises:
        NotFoundError: it is too long, or holds characters that no id has.
    """
    if len(identifier) > _LONGEST or not identifier.isprintable():
        raise NotFoundError(ascii(identifier[:_LONGEST]))
    return identifier


TaskId = Annotated[str, Depends(_task_id)]
ReportId = Annotated[str, Depends(_report_id)]
