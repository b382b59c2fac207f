"""The difference of two versions of a report: statements added, removed or changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from virtual_lab.report.paper import Paper, ReportPart

# Two statements with at least this share of common words count as one that was changed.
_SAME_STATEMENT_SIMILARITY = 0.5
_WORDS = re.compile(r"\s+|[^\s]+")

Kind = Literal["same", "added", "removed", "changed"]


class DiffPart(NamedTuple):
    """A part of a changed statement: in both versions ("same"), or in one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class DiffLine:
    """One statement of either version; ``pieces`` are the parts of a changed statement."""

    kind: Kind
    text: str = ""
    pieces: tuple[DiffPart, ...] = ()


@dataclass
class ComparedPart:
    """A part of the report, from either version."""

    title: str
    kind: Kind
    lines: list[DiffLine] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether the part is equal in both versions."""
        return self.kind == "same" and all(line.kind == "same" for line in self.lines)


def compare(old: Paper, new: Paper) -> list[ComparedPart]:
    """The difference of two papers, part by part in reading order."""
    left, right = ([part.title for part in paper.parts] for paper in (old, new))
    compared = []
    for name, a, b, c, d in SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes():
        before, after = old.parts[a:b], new.parts[c:d]
        if name == "equal":
            for earlier, later in zip(before, after, strict=True):
                lines = list(_lines(_texts(earlier), _texts(later)))
                compared.append(ComparedPart(later.title, "same", lines))
            continue
        for gone in before:
            compared.append(ComparedPart(gone.title, "removed", list(_lines(_texts(gone), []))))
        for come in after:
            compared.append(ComparedPart(come.title, "added", list(_lines([], _texts(come)))))
    return compared


def _texts(part: ReportPart) -> list[str]:
    """The texts of a part, without its tables, which describe the run and not the answer."""
    texts: list[str] = []
    for block in part.blocks:
        if block.kind in ("statements", "recalled"):
            texts += [statement.text for statement in block.items]
        elif block.kind == "prose":
            texts.append(block.text)
        elif block.kind == "items":
            texts += block.items
        elif block.kind == "references":
            texts += [reference.text for reference in block.items]
    return texts


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    for kind, texts, others in _steps(old, new):
        if kind != "changed":
            yield from (DiffLine(kind, text) for text in texts)
            continue
        left = list(others)
        for text in texts:
            other = max(left, key=lambda candidate: _similarity(text, candidate), default="")
            if _similarity(text, other) < _SAME_STATEMENT_SIMILARITY:
                yield DiffLine("removed", text)
                continue
            yield from (DiffLine("added", first) for first in left[: left.index(other)])
            left = left[left.index(other) + 1 :]
            yield DiffLine("changed", pieces=tuple(_pieces(text, other)))
        yield from (DiffLine("added", text) for text in left)


def _steps(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[Kind, Sequence[str], Sequence[str]]]:
    """The steps from the old list to the new one.

    A step is its kind and the texts; a step "changed" also has the texts that replace them.
    """
    for name, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if name == "equal":
            yield "same", old[a:b], ()
        elif name == "delete":
            yield "removed", old[a:b], ()
        elif name == "insert":
            yield "added", new[c:d], ()
        else:
            yield "changed", old[a:b], new[c:d]


def _similarity(one: str, other: str) -> float:
    matcher = SequenceMatcher(a=one.split(), b=other.split(), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _SAME_STATEMENT_SIMILARITY else 0.0


def _pieces(old: str, new: str) -> Iterator[DiffPart]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    for name, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if name == "equal":
            yield DiffPart("same", "".join(before[a:b]))
            continue
        if b > a:
            yield DiffPart("removed", "".join(before[a:b]))
        if d > c:
            yield DiffPart("added", "".join(after[c:d]))
