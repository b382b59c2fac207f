"""Files that a worker keeps open from one run to the next, because opening them takes longer than
much of what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from virtual_lab.sqlite import Closable

T = TypeVar("T", bound=Closable)


class HandleCache(Generic[T]):
    """Keeps one open file, for one user at a time: a second one opens it anew.

    A file that took the place of the one that is open is opened instead of it, and after an error
    it is opened anew.

    Args:
        open_file: opens the file at a path, and makes it where it is missing.
    """

    def __init__(self, open_file: Callable[[Path], T]) -> None:
        self._open_file = open_file
        self._kept: list[tuple[object, T]] = []

    @contextmanager
    def lent(self, path: Path) -> Iterator[T]:
        """The open file at ``path``; raises what opening it raises."""
        # Before it is opened: who replaces it at this moment is noticed the next time.
        identity = _identity(path)
        opened = self._taken(identity) or self._open_file(path)
        try:
            yield opened
        except BaseException:
            opened.close()
            raise
        if identity is None or self._kept:
            opened.close()
        else:
            self._kept.append((identity, opened))

    def close(self) -> None:
        """Close what is kept."""
        while self._kept:
            self._kept.pop()[1].close()

    def _taken(self, identity: object) -> T | None:
        """What is kept, where it is the file of this identity."""
        if self._kept and self._kept[0][0] == identity:
            return self._kept.pop()[1]
        self.close()
        return None


def _identity(path: Path) -> object:
    """By which a file is told from another one of its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return path, status.st_dev, status.st_ino
