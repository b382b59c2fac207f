"""Runs that a test works on itself, and reports of any texts."""

from __future__ import annotations

from tests.browser.site import Site
from virtual_lab.domain import (
    Coverage,
    Dropped,
    Event,
    EventKind,
    Finding,
    Question,
    Quote,
    Report,
    Section,
    Source,
)
from virtual_lab.store import Lease

IN_A_SECTION = 40


def begin(site: Site, topic: str) -> Lease:
    """A run that this test works on itself; no worker is told of it."""
    run = site.store.runs.submit(Question(topic=topic, constraints=topic), start_in_s=3600)
    lease = site.store.leases.claim(run.id, "test")
    assert lease
    return lease


def event(kind: EventKind, words: str) -> Event:
    return Event(kind=kind, current=1, total=2, status=words)


def finding(number: int, text: str) -> Finding:
    quote = Quote(text=text, source_id="h1", passage_id="h1:0", start=0, end=len(text))
    return Finding(id=f"f{number}", claim=f"Claim {text}", quotes=(quote,), specialist="s1")


def report_of(texts: list[str]) -> Report:
    """A report whose titles, claims, quotes, notes and sources are these texts."""
    findings = [finding(number, text) for number, text in enumerate(texts)]
    sections = [
        Section(
            title=texts[start],
            findings=tuple(findings[start : start + IN_A_SECTION]),
            note=texts[-1 - start],
        )
        for start in range(0, len(findings), IN_A_SECTION)
    ]
    return Report(
        title=texts[0],
        topic=texts[1],
        language="en",
        mode="model",
        short_answer=("f0",),
        sections=tuple(sections),
        missing=tuple(texts[:50]),
        references=(Source(id="h1", title=texts[2], url=f"https://example.org/{texts[2]}"),),
        coverage=Coverage(
            statements_made=len(findings),
            statements_verified=len(findings),
            sources_used=1,
            sources_found=1,
            dropped=tuple(Dropped(claim=text, reason=text) for text in texts[:50]),
        ),
    )
