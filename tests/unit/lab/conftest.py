"""A small library, and the lab on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.glossary import load_glossary

GUIDANCE = """# Guidance on novel foods

## Genotoxicity

Applicants must provide two in vitro genotoxicity tests for every novel food.

A positive result in vitro must be followed by an in vivo genotoxicity test of the novel food.

## Allergenicity

The allergenicity of the novel food must be assessed from its protein content.

## Budget

The authority spent its budget of 2023 on meetings, travel and new office buildings.
"""
STATEMENT = """# Statement on insects

## Toxicology

A novel food from insects must be tested for genotoxicity in bacteria and in mammalian cells.

## Rearing

Insects are reared on feed of plant origin in closed rooms under constant temperature.
"""


@pytest.fixture
def retriever(tmp_path: Path) -> Iterator[Retriever]:
    index = Index(tmp_path / "library.sqlite3")
    for name, text in (("guidance", GUIDANCE), ("statement", STATEMENT)):
        index.add(markdown_document(text, Path(f"{name}.md")), "default")
    yield Retriever(index, load_glossary(), ("default",))
    index.close()
