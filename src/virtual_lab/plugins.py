"""Plugins: the declarations of readers, providers and exporters in installed packages.

They are found by entry points, those of Virtual Lab itself like those of other packages;
``docs/extending.md`` says how a package adds one.
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
_LAST_PLACE = 1000
_MOST_REASON_CHARACTERS = 300

_log = logging.getLogger(__name__)


class Label(NamedTuple):
    """A label on pages in English and Korean; ``ko`` is "" where it is the same in Korean."""

    en: str
    ko: str = ""

    def text(self, language: Language) -> str:
        """The label in a language."""
        return self.ko or self.en if language == "ko" else self.en


class Declaration(BaseModel):
    """The base class of declarations.

    Attributes:
        group: the group of entry points; each class of declarations has one.
        label: the label on pages.
        place: the position among the declarations of one package, lowest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    group: ClassVar[str] = ""

    label: Label
    place: int = _LAST_PLACE

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the declaration, which must be unique in its group."""
        raise NotImplementedError


class PluginProblem(NamedTuple):
    """An entry point that cannot be used, and why."""

    group: str
    name: str
    package: str
    reason: str

    def __str__(self) -> str:
        return (
            f'{self.group}: "{self.name}" of the package {self.package} is left out: {self.reason}'
        )


class Plugins(NamedTuple):
    """The declarations of a group, Virtual Lab's own first, and the unusable entry points."""

    declarations: tuple[Any, ...]
    problems: tuple[PluginProblem, ...]


Kind = TypeVar("Kind", bound=Declaration)


def declared(kind: type[Kind]) -> tuple[Kind, ...]:
    """The declarations of a class, Virtual Lab's own first.

    An entry point that cannot be used is left out and logged.

    Raises:
        ServiceError: Virtual Lab's own are missing, so its installation is out of date.
    """
    return _load(kind.group).declarations


def keys(group: str) -> tuple[str, ...]:
    """The names of all declarations of a group, for code that may not import their class.

    Raises:
        ServiceError: see ``declared``.
    """
    return tuple(key for declaration in _load(group).declarations for key in declaration.keys)


def count(group: str) -> int:
    """The number of usable declarations of a group.

    Raises:
        ServiceError: see ``declared``.
    """
    return len(_load(group).declarations)


def problems() -> tuple[PluginProblem, ...]:
    """The unusable entry points of all groups.

    Raises:
        ServiceError: see ``declared``.
    """
    return tuple(problem for group in GROUPS for problem in _load(group).problems)


def in_words(items: Sequence[str], last: str = "") -> str:
    """The items separated by commas; the word ``last``, if given, replaces the last comma."""
    if not last or len(items) < 2:
        return ", ".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


@cache
def _load(group: str) -> Plugins:
    """The plugins of a group; cached, so that each entry point is loaded once."""
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
    by_keys = dict(_without_clashes(group, found, left_out))
    for problem in left_out:
        _log.warning("%s", problem)
    return Plugins(tuple(by_keys.values()), tuple(left_out))


def _without_clashes(
    group: str,
    found: Iterable[tuple[EntryPoint, Declaration]],
    left_out: list[PluginProblem],
) -> Iterator[tuple[tuple[str, ...], Declaration]]:
    """The declarations without a name that is taken already; others are added to ``left_out``."""
    package_by_key: dict[str, str] = {}
    for point, declaration in found:
        package = _package(point)
        taken_key = next((key for key in declaration.keys if key in package_by_key), None)
        if taken_key is not None:
            reason = f'"{taken_key}" is declared by {package_by_key[taken_key]} already'
            left_out.append(PluginProblem(group, point.name, package, reason))
            continue
        package_by_key.update(dict.fromkeys(declaration.keys, package))
        yield declaration.keys, declaration


def _declaration(point: EntryPoint, group: str) -> tuple[Declaration | None, str]:
    """The declaration of an entry point, or None and why it cannot be used."""
    try:
        loaded = point.load()
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return None, f"its declaration is wrong ({'; '.join(faults)})"[:_MOST_REASON_CHARACTERS]
    except (Exception, SystemExit) as error:  # importing another package may raise anything
        message = " ".join(str(error).split())
        return None, f"{point.value} cannot be imported ({type(error).__name__}: {message})"[
            :_MOST_REASON_CHARACTERS
        ]
    if not isinstance(loaded, Declaration) or loaded.group != group:
        return None, f"{point.value} is a {type(loaded).__name__}, no declaration of this group"
    return loaded, ""


def _package(point: EntryPoint) -> str:
    """The normalised name (PEP 503) of the package of an entry point."""
    return re.sub(r"[-_.]+", "-", point.dist.name).lower() if point.dist else ""


def _is_own(point: EntryPoint) -> bool:
    return _package(point) == _OWN_PACKAGE
