"""API keys: who may call the API, and how many calls each key has made in a minute."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

import sqlalchemy as sa

from virtual_lab.errors import ConflictError, InvalidInputError, NotFoundError
from virtual_lab.store.database import Database, clock
from virtual_lab.store.run import moment
from virtual_lab.store.tables import api_keys

WINDOW_S = 60.0
"""The window in which the calls of a key are counted, in seconds."""

_KEY_PREFIX = "vlab_"
_RANDOM_BYTES = 32
_SHOWN_CHARACTERS = len(_KEY_PREFIX) + 4
_LONGEST_NAME = 64


class ApiKey(NamedTuple):
    """A key without its secret; ``prefix`` is the beginning of the key, to tell keys apart."""

    id: str
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None


class KeyUsage(NamedTuple):
    """The calls of a key in the current window, and how many seconds of the window are left."""

    key: ApiKey
    calls: int
    left_s: float


class Keys:
    """All keys.

    Only the SHA-256 of a key is stored. A slow hash (bcrypt, Argon2) protects passwords, which can
    be guessed; a key is 256 random bits, and a slow hash would delay every call. The digest is
    looked up in an index: a caller cannot choose its bytes, so timing reveals nothing of the key.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str) -> str:
        """Make a key and give it; it cannot be read again later.

        Raises:
            InvalidInputError: the name is empty, too long or not printable.
            ConflictError: there is a key of this name.
        """
        if not (0 < len(name) <= _LONGEST_NAME and name.isprintable() and name == name.strip()):
            raise InvalidInputError("form.key_name", most=_LONGEST_NAME)
        key = _KEY_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        values = {
            "id": uuid4().hex,
            "name": name,
            "digest": _digest(key),
            "prefix": key[:_SHOWN_CHARACTERS],
            "created_at": clock(),
            "window_at": 0.0,
            "calls": 0,
        }
        query = self._database.insert(api_keys).values(values).on_conflict_do_nothing()
        with self._database.writing() as connection:
            if not connection.execute(query.returning(api_keys.c.id)).first():
                raise ConflictError("form.key_exists", name=name)
        return key

    def list(self) -> list[ApiKey]:
        """All keys, the oldest first."""
        query = sa.select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)
        with self._database.reading() as connection:
            return [_key_of(row) for row in connection.execute(query)]

    def exist(self) -> bool:
        """Whether there is any key."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(api_keys.c.id).limit(1)).first() is not None

    def has(self, key: str) -> bool:
        """Whether there is such a key, without counting a call."""
        query = sa.select(api_keys.c.id).where(api_keys.c.digest == _digest(key))
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def remove(self, name: str) -> None:
        """Remove a key; the sessions that were begun with it end too.

        Raises:
            NotFoundError: there is no key of this name.
        """
        with self._database.writing() as connection:
            if not connection.execute(sa.delete(api_keys).where(api_keys.c.name == name)).rowcount:
                raise NotFoundError("store.no_key", name=name)

    def use(self, key: str) -> KeyUsage | None:
        """Count a call with a key; None where there is no such key."""
        return self._use(api_keys.c.digest == _digest(key))

    def use_again(self, key_id: str) -> KeyUsage | None:
        """Count a call of a session that was begun with a key; None where it was removed."""
        return self._use(api_keys.c.id == key_id)

    def _use(self, condition: sa.ColumnElement[bool]) -> KeyUsage | None:
        is_going = clock() < api_keys.c.window_at + WINDOW_S
        query = (
            sa.update(api_keys)
            .where(condition)
            .values(
                last_used_at=clock(),
                window_at=sa.case((is_going, api_keys.c.window_at), else_=clock()),
                calls=sa.case((is_going, api_keys.c.calls + 1), else_=1),
            )
            .returning(api_keys)
        )
        with self._database.writing() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return KeyUsage(
            _key_of(row), row.calls, max(0.0, row.window_at + WINDOW_S - row.last_used_at)
        )


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _key_of(row: Any) -> ApiKey:
    times = moment(row.created_at), moment(row.last_used_at)
    return ApiKey(row.id, row.name, row.prefix, *times)
