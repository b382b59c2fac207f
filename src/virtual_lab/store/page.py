"""A page: one part of a list whose newest items come first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from virtual_lab.errors import InvalidInputError

Item = TypeVar("Item")

_SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class ResultPage(Generic[Item]):
    """A part of a list, newest first; ``next`` is the cursor of the next page, if there is one."""

    items: tuple[Item, ...]
    next: str | None


def read_page(
    connection: sa.Connection,
    query: sa.Select[Any],
    table: sa.Table,
    make: Callable[[Any], Item],
    cursor: str | None,
    limit: int,
) -> ResultPage[Item]:
    """The page of ``query`` that begins after ``cursor``, at most ``limit`` items.

    Args:
        table: the table whose columns ``created_at`` and ``id`` give the order.
        make: turns a row into an item.

    Raises:
        InvalidInputError: the cursor does not come from a page.
    """
    order = (table.c.created_at, table.c.id)
    if cursor is not None:
        query = query.where(sa.tuple_(*order) < _position(cursor))
    query = query.order_by(*(column.desc() for column in order)).limit(limit + 1)
    rows = connection.execute(query).all()
    shown = rows[:limit]
    more = len(rows) > len(shown)
    following = f"{shown[-1].created_at!r}{_SEPARATOR}{shown[-1].id}" if more else None
    return ResultPage(tuple(map(make, shown)), following)


def _position(cursor: str) -> tuple[float, str]:
    created_at, _, item_id = cursor.partition(_SEPARATOR)
    try:
        return float(created_at), item_id
    except ValueError:
        raise InvalidInputError("form.cursor", cursor=f"{cursor!r}") from None
