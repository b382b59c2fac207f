"""A lab on the library of this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from virtual_lab.bootstrap.lab import open_lab
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.domain import Question, Report
from virtual_lab.errors import NotFoundError
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import STARTER
from virtual_lab.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", model="none", sources="none")


async def _research(settings: Settings, question: Question) -> Report:
    async with open_lab(settings, question) as lab:
        return await lab.research(question)


def test_without_documents_it_searches_the_starter_library(settings: Settings) -> None:
    report = asyncio.run(_research(settings, Question(topic="NGT 안전성 평가 프레임워크")))
    assert report.mode == "extractive"
    assert {source.kind for source in report.references} == {"primer"}


def test_it_searches_the_collection_that_the_question_names(settings: Settings) -> None:
    index = Index(settings.library_path)
    text = "# Foods\n\nEvery novel food from crickets must be heated before it is sold.\n"
    index.add(markdown_document(text, Path("foods.md")), "foods")
    index.close()
    question = Question(topic="Must crickets be heated?", collections=("foods",))
    report = asyncio.run(_research(settings, question))
    assert [source.title for source in report.references] == ["Foods"]


def test_the_starter_library_is_there_beside_own_documents_where_it_is_named(
    settings: Settings,
) -> None:
    index = Index(settings.library_path)
    index.add(markdown_document("# Foods\n\nCrickets are heated.\n", Path("foods.md")), "foods")
    index.close()
    question = Question(topic="NGT 안전성 평가 프레임워크", collections=(STARTER,))
    report = asyncio.run(_research(settings, question))
    assert {source.kind for source in report.references} == {"primer"}


def test_a_collection_that_is_not_there_is_named(settings: Settings) -> None:
    question = Question(topic="x", collections=("nowhere",))
    with pytest.raises(NotFoundError, match=r"nowhere \(there are: none yet\)"):
        asyncio.run(_research(settings, question))
