"""What installed packages add: declarations, found by the entry points of a group.

Virtual Lab's own readers, providers and exporters are found in the same way as those of other
packages; ``docs/extending.md`` says how a package adds one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, ClassVar, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from virtual_lab.errors import ServiceError
from virtual_lab.messages.catalogue import Language

READERS = "virtual_lab.readers"
PROVIDERS = "virtual_lab.providers"
EXPORTERS = "virtual_lab.exporters"
"""The groups of entry points."""

GROUPS = (READERS, PROVIDERS, EXPORTERS)
_OWN_PACKAGE = "pjt-virtual-lab"
_LAST = 1000
_LONGEST_REASON = 300  # characters

_log = logging.getLogger(__name__)


class Label(NamedTuple):
    """What a thing is called on pages; ``ko`` is "" where it is called the same in Korean."""

    en: str
    ko: str = ""

    def text(self, language: Language) -> str:
        """The label in a language."""
        return self.ko or self.en if language == "ko" else self.en


class Declaration(BaseModel):
    """What every declaration has; ``place`` orders those of one package, the lowest first.

    A class of declarations names the ``group`` of its entry points.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    group: ClassVar[str] = ""

    label: Label
    place: int = _LAST

    @property
    def keys(self) -> tuple[str, ...]:
        """The names that no other declaration of the group may have."""
        raise NotImplementedError


class PluginProblem(NamedTuple):
    """An entry point that was left out, and why."""

    group: str
    name: str
    package: str
    reason: str

    def __str__(self) -> str:
        return (
            f'{self.group}: "{self.name}" of the package {self.package} is left out: {self.reason}'
        )


class Plugins(NamedTuple):
    """The declarations of a group, Virtual Lab's own first, and what was left out."""

    declarations: tuple[Any, ...]
    problems: tuple[PluginProblem, ...]


Kind = TypeVar("Kind", bound=Declaration)


def declared(kind: type[Kind]) -> tuple[Kind, ...]:
    """The declarations of a class, Virtual Lab's own first.

    An entry point that cannot be used is left out, with a line in the log.

    Raises:
        ServiceError: Virtual Lab's own are not among them, so its installation is out of date.
    """
    return _load(kind.group).declarations


def keys(group: str) -> tuple[str, ...]:
    """The names that the declarations of a group have, for a room that may not import their class.

    Raises:
        ServiceError: see ``declared``.
    """
    return tuple(key for declaration in _load(group).declarations for key in declaration.keys)


def count(group: str) -> int:
    """How many declarations of a group can be used.

    Raises:
        ServiceError: see ``declared``.
    """
    return len(_load(group).declarations)


def problems() -> tuple[PluginProblem, ...]:
    """What was left out of all groups, and why.

    Raises:
        ServiceError: see ``declared``.
    """
    return tuple(problem for group in GROUPS for problem in _load(group).problems)


def in_words(items: Sequence[str], last: str = "") -> str:
    """A list in a sentence: commas between, and the word ``last``, if any, before the last."""
    if not last or len(items) < 2:
        return ", ".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


@cache
def _load(group: str) -> Plugins:
    """Loads each entry point once in a process."""
    found: list[tuple[EntryPoint, Declaration]] = []
    left_out: list[PluginProblem] = []
    for point in sorted(entry_points(group=group), key=_package):
        declaration, reason = _declaration(point, group)
        if declaration is None:
            left_out.append(PluginProblem(group, point.name, _package(point), reason))
        else:
            found.append((point, declaration))
    if not any(_is_own(point) for point, _ in found):
        raise ServiceError("service.entry_points", group=group)
    found.sort(key=lambda item: (not _is_own(item[0]), item[1].place, _package(item[0])))
    kept = dict(_kept(group, found, left_out))
    for problem in left_out:
        _log.warning("%s", problem)
    return Plugins(tuple(kept.values()), tuple(left_out))


def _kept(
    group: str,
    found: Iterable[tuple[EntryPoint, Declaration]],
    left_out: list[PluginProblem],
) -> Iterator[tuple[tuple[str, ...], Declaration]]:
    """Those whose names nobody before them has; the others are added to ``left_out``."""
    taken: dict[str, str] = {}
    for point, declaration in found:
        package = _package(point)
        clash = next((key for key in declaration.keys if key in taken), None)
        if clash is not None:
            reason = f'"{clash}" is declared by {taken[clash]} already'
            left_out.append(PluginProblem(group, point.name, package, reason))
            continue
        taken.update(dict.fromkeys(declaration.keys, package))
        yield declaration.keys, declaration


def _declaration(point: EntryPoint, group: str) -> tuple[Declaration | None, str]:
    """What an entry point leads to; None and the reason where that cannot be used."""
    try:
        loaded = point.load()
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return None, f"its declaration is wrong ({'; '.join(faults)})"[:_LONGEST_REASON]
    except (Exception, SystemExit) as error:  # whatever the import of a foreign module raises
        said = " ".join(str(error).split())
        return None, f"{point.value} cannot be imported ({type(error).__name__}: {said})"[
            :_LONGEST_REASON
        ]
    if not isinstance(loaded, Declaration) or loaded.group != group:
        return None, f"{point.value} is a {type(loaded).__name__}, no declaration of this group"
    return loaded, ""


def _package(point: EntryPoint) -> str:
    """The name of the package that an entry point came with, in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", point.dist.name).lower() if point.dist else ""


def _is_own(point: EntryPoint) -> bool:
    return _package(point) == _OWN_PACKAGE
