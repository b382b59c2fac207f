"""Numbers of references, and the short label that a quote is cited with."""

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
    """The number of each reference by its source id, from 1 in the order of the list."""
    return {source.id: number for number, source in enumerate(report.references, 1)}


def quote_place(quote: Quote, language: Language) -> str:
    """Where in its source a quote stands: its page, else its last heading."""
    if quote.locator.page is not None:
        return say("report.page", language, page=quote.locator.page)
    heading = (quote.locator.section or "").split(SECTION_MARK)[-1]
    return heading if len(heading) <= _MAX_SECTION else heading[: _MAX_SECTION - 1] + "…"


def reference_text(source: Source, language: Language) -> str:
    """One reference in words, without its link: authors, title, number, date; for one of the world
    also how much authority it has and when it was gathered."""
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
    """Whether nothing but the starter library is cited."""
    kinds = {source.kind for source in report.references}
    return kinds == {SourceKind.PRIMER}


def task(specialist: Specialist) -> str:
    """What a specialist looks into and why; the focus only where its role does not say it."""
    focus = "" if specialist.focus in specialist.role else f"{specialist.focus}. "
    return f"{focus}{specialist.why}"


def _stem(path: str) -> str:
    """The name of a file without its ending, as far as titles are compared."""
    return PurePath(path).stem[:40]
