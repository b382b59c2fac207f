"""The numbers of references, and the texts by which a report names a source or a place in it."""

from __future__ import annotations

from pathlib import PurePath

from virtual_lab.domain import (
    SECTION_MARK,
    Language,
    Quote,
    Report,
    Source,
    SourceKind,
    Specialist,
)
from virtual_lab.messages import say

_MAX_SECTION = 70


def reference_numbers(report: Report) -> dict[str, int]:
    """The number of each reference, from 1, by the id of its source."""
    return {source.id: number for number, source in enumerate(report.references, 1)}


def quote_place(quote: Quote, language: Language) -> str:
    """The place of a quote in its source: its page, else its last heading."""
    if quote.locator.page is not None:
        return say("report.page", language, page=quote.locator.page)
    heading = (quote.locator.section or "").split(SECTION_MARK)[-1]
    return heading if len(heading) <= _MAX_SECTION else heading[: _MAX_SECTION - 1] + "…"


def reference_text(source: Source, language: Language) -> str:
    """One reference written out without its link: authors, title, number and date.

    A source that was found online also has its tier of authority and the day when it was found.
    """
    date = source.published or str(source.year or "")
    parts = ["; ".join(source.authors), source.title, source.number or "", date]
    if source.tier:
        parts.append(say(f"report.tier_{source.tier.name.lower()}", language))
    if source.gathered_at:
        parts.append(say("report.gathered", language, date=source.gathered_at[:10]))
    if source.kind is SourceKind.PRIMER:
        parts.append(say("report.primer", language))
    elif source.path and not source.url and not source.title.startswith(_stem(source.path)):
        parts.append(PurePath(source.path).name)
    return ". ".join(part for part in parts if part)


def rests_on_starter(report: Report) -> bool:
    """Whether the report cites only the starter library."""
    kinds = {source.kind for source in report.references}
    return kinds == {SourceKind.PRIMER}


def task(specialist: Specialist) -> str:
    """The focus of a specialist, unless its role names it, and why it is in the team."""
    focus = "" if specialist.focus in specialist.role else f"{specialist.focus}. "
    return f"{focus}{specialist.why}"


def _stem(path: str) -> str:
    """The beginning of a file's name without its ending, to compare with titles."""
    return PurePath(path).stem[:40]
