"""Runs of the lab against a scripted model on this machine."""

from __future__ import annotations

import asyncio
from typing import Any

from virtual_lab.analysts.model.call_ledger import CallLedger
from virtual_lab.bootstrap.analyst import open_model_analyst
from virtual_lab.domain import Event, Question, Report
from virtual_lab.lab import ResearchLab
from virtual_lab.lab.run import report_language
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.settings import Settings
from virtual_lab.testing import ModelServer
from virtual_lab.verification.verify import reject, reject_sentence

TOPIC = "What does the safety assessment of foods from new genomic techniques require?"
KEY = "sk-test-0123456789abcdef"
FAST = {
    "OPENAI_API_KEY": KEY,
    "only_local_models": True,
    "passages": 6,
    "call_attempts": 2,
    "call_backoff_s": 0.01,
    "call_total_s": 30.0,
}


def settings_for(server: ModelServer, **changes: Any) -> Settings:
    """Settings for a server; nothing is read from the environment that could change a test."""
    values = {**FAST, "OPENAI_BASE_URL": server.base_url, **changes}
    return Settings.model_validate(values)


def ask(topic: str = TOPIC, **changes: Any) -> Question:
    """A small question: two specialists, one round."""
    return Question.model_validate({"topic": topic, "rounds": 1, "specialists": 2, **changes})


def research(
    server: ModelServer,
    retriever: Retriever,
    question: Question | None = None,
    events: list[Event] | None = None,
    ledger: CallLedger | None = None,
    **changes: Any,
) -> Report:
    """One run of the lab."""
    asked = question or ask()
    settings = settings_for(server, **changes)

    async def run() -> Report:
        async with open_model_analyst(asked, settings, report_language(asked), ledger=ledger) as (
            analyst,
            meter,
        ):
            lab = ResearchLab(analyst, retriever, meter=meter)
            return await lab.research(asked, events.append if events is not None else _ignore)

    return asyncio.run(run())


def unproven(report: Report, retriever: Retriever) -> list[str]:
    """Every statement of a report that does not stand."""
    findings = report.findings()
    wrong = [
        finding.claim
        for finding in findings.values()
        if reject(finding, lambda key: retriever.passages([key])[0], "model", report.language)
    ]
    sentences = [*report.abstract, *(s for section in report.sections for s in section.sentences)]
    return wrong + [
        sentence.text
        for sentence in sentences
        if reject_sentence(sentence, findings, report.language)
    ]


def _ignore(event: Event) -> None:
    pass
