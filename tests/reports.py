"""The smallest report that stands: one finding in one source."""

from __future__ import annotations

from virtual_lab.domain import Coverage, Finding, Quote, Report, Section, Source


def small_report(title: str, topic: str, source: Source, claim: str = "It is needed.") -> Report:
    """An extractive report whose one finding quotes ``source``."""
    passage = f"{source.id}:0"
    quote = Quote(text="needed", source_id=source.id, passage_id=passage, start=0, end=6)
    finding = Finding(id="f1", claim=claim, quotes=(quote,))
    return Report(
        title=title,
        topic=topic,
        language="en",
        mode="extractive",
        short_answer=("f1",),
        sections=(Section(title="Rules", findings=(finding,)),),
        references=(source,),
        coverage=Coverage(
            statements_made=1, statements_verified=1, sources_used=1, sources_found=1
        ),
    )
