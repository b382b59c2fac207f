"""The report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from virtual_lab.domain import Report
from virtual_lab.report.citing import CitationStyle
from virtual_lab.report.layout import lay_out
from virtual_lab.report.paper import (
    Block,
    Items,
    Note,
    ProseBlock,
    Recalled,
    References,
    Scores,
    StatementBlock,
    Statements,
    Table,
)
from virtual_lab.report.scores import HIGHEST_SCORE

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_START = re.compile(r"^(\s*)(?:(\d+)([.)])(\s)|([-+])(\s))")


def render_markdown(report: Report, citations: CitationStyle = "numbered") -> str:
    """The whole report; texts of sources are escaped, so that they cannot become markup."""
    paper = lay_out(report, citations)
    lines = [f"# {escape(paper.title)}", ""]
    for fact in (paper.label, *paper.facts):
        lines += [f"*{escape(fact)}*", ""]
    for part in paper.parts:
        lines += [f"## {escape(part.title)}", ""]
        for block in part.blocks:
            lines += [*_lines(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def escape(text: str) -> str:
    """``text`` on one line, with everything escaped that is markup in Markdown or HTML."""
    one_line = _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;")
    return _LINE_START.sub(_escaped_mark, one_line)


def _escaped_mark(match: re.Match[str]) -> str:
    """The mark of a list item at the start of a line, escaped."""
    space, number, point, gap, bullet, bullet_gap = match.groups()
    return f"{space}{number}\\{point}{gap}" if number else f"{space}\\{bullet}{bullet_gap}"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case ProseBlock():
            yield f"*{escape(block.text)}*" if block.aside else escape(block.text)
        case Statements() | Recalled():
            yield from _statements(block.items, block.running)
        case Items():
            yield from (f"- {escape(item)}" for item in block.items)
        case Table():
            yield from _table(block.caption, block.head, block.rows)
        case Scores():
            rows = [
                (role, *(f"{n}/{HIGHEST_SCORE}" if n else block.unscored for n in scores))
                for role, scores in block.rows
            ]
            yield from _table(block.caption, ("", *block.rounds), rows)
        case References():
            for reference in block.items:
                link = f" <{reference.url}>" if reference.url else ""
                label = f"- [{escape(reference.cited_as)}]"
                head = f"{reference.number}." if block.numbered else label
                yield f"{head} {escape(reference.text)}{link}"


def _statements(items: Sequence[StatementBlock], running: bool) -> Iterator[str]:
    cited = [f"{escape(item.quoted)} ({_citations(item.notes)})" for item in items]
    if not running:
        yield from (f"- {statement}" for statement in cited)
        return
    yield " ".join(cited)
    for note in dict.fromkeys(note for item in items for note in item.notes):
        if note.quotes:
            yield ""
            yield f"> {_label(note)}: {' '.join(escape(quote.text) for quote in note.quotes)}"


def _citations(notes: Sequence[Note]) -> str:
    return "; ".join(dict.fromkeys(map(_label, notes)))


def _label(note: Note) -> str:
    """A citation label, escaped except for its own brackets."""
    place = note.label.removeprefix(f"[{note.cited_as}]")
    return f"[{escape(note.cited_as)}]{escape(place) if place else ''}"


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if caption:
        yield f"**{escape(caption)}**"
        yield ""
    width = len(rows[0]) if rows else len(head)
    yield "| " + " | ".join(map(escape, head or [""] * width)) + " |"
    yield "|" + " --- |" * width
    for row in rows:
        yield "| " + " | ".join(map(escape, row)) + " |"
