"""An inquiry into a small library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.domain import Language, Question
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.glossary import load_glossary

Inquire = Callable[..., Inquiry]

LIBRARY = {
    "guidance": """# Guidance on novel foods

## Genotoxicity

Applicants must provide two in vitro genotoxicity tests for every novel food from insects.

A positive in vitro result must be followed by an in vivo genotoxicity test within 90 days.

## Allergenicity

The allergenicity of the novel food must be assessed from its protein content and sequence.

## Budget

The authority spent its budget of 2023 on meetings, travel and new office buildings.
""",
    "statement": """# Statement on insects

## Toxicology

A positive in vitro result must be followed by an in vivo genotoxicity test within 60 days.

Applicants must provide two in vitro genotoxicity tests for every novel food from insects.

## Rearing

Insects are reared on feed of plant origin in closed rooms under constant temperature.
""",
}


@pytest.fixture
def inquire(tmp_path: Path) -> Iterator[Inquire]:
    """Makes the inquiry of a question; ``more`` are further documents by name."""
    index = Index(tmp_path / "library.sqlite3")
    for name, text in LIBRARY.items():
        index.add(markdown_document(text, Path(f"{name}.md")), "default")
    retriever = Retriever(index, load_glossary(), ("default",))

    def make(
        topic: str, language: Language = "en", more: Mapping[str, str] = {}, **options: object
    ) -> Inquiry:
        for name, text in more.items():
            index.add(markdown_document(text, Path(f"{name}.md")), "default")
        question = Question.model_validate({"topic": topic, **options})
        return Inquiry(
            question, language, retriever.concepts(topic), retriever.search([topic], 60), retriever
        )

    yield make
    index.close()
