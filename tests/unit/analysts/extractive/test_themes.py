"""Themes: from telling headings, else from terms; and how a heading becomes a title."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.analysts.extractive.conftest import Inquire
from virtual_lab.analysts.extractive.themes import Theme, find_themes, heading_title
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.domain import Passage
from virtual_lab.library.index import Hit
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.glossary import load_glossary

JUDGMENT = """---
법원명: 대법원
사건번호: {number}
사건명: 손해배상(기)
---
{number} 사건에서 영업정지 처분은 위반행위의 정도에 비추어 지나치게 무거우면 위법하다.
"""


def themes_of(inquire: Inquire, most: int = 5) -> list[Theme]:
    inquiry = inquire("Which genotoxicity tests are required for a novel food?")
    return find_themes(
        inquiry.survey, inquiry.concepts, inquiry.retriever, "en", most, "Further findings"
    )


def test_every_passage_is_in_one_theme_and_the_weightiest_comes_first(inquire: Inquire) -> None:
    inquiry = inquire("Which genotoxicity tests are required for a novel food?")
    themes = themes_of(inquire)
    ids = [hit.passage.id for theme in themes for hit in theme.hits]
    assert sorted(ids) == sorted(hit.passage.id for hit in inquiry.survey)
    weights = [theme.weight for theme in themes]
    assert weights == sorted(weights, reverse=True)


def test_what_does_not_fit_stands_together_at_the_end(inquire: Inquire) -> None:
    themes = themes_of(inquire, most=2)
    assert len(themes) == 2
    everything = themes_of(inquire, most=20)
    if len(everything) > 2:
        assert themes[-1].title == "Further findings"


def test_judgments_of_one_kind_are_told_apart_where_that_is_asked_for(tmp_path: Path) -> None:
    index = Index(tmp_path / "library.sqlite3")
    for number in ("2008다1", "2019다2"):
        text = JUDGMENT.format(number=number)
        index.add(markdown_document(text, Path(f"{number}.md")), "default")
    retriever = Retriever(index, load_glossary(), ("default",))
    hits = [
        Hit(retriever.passages([hit.passage.id])[0], 1.0)
        for hit in retriever.search(["영업정지 처분"], 10)
    ]
    concepts = retriever.concepts("영업정지 처분")

    def titles(separate_cases: bool) -> set[str]:
        themes = find_themes(hits, concepts, retriever, "ko", 5, "그 밖", separate_cases)
        return {theme.title for theme in themes}

    assert titles(separate_cases=False) == {"손해배상(기)"}
    assert titles(separate_cases=True) == {
        "대법원 2008다1, 손해배상(기)",
        "대법원 2019다2, 손해배상(기)",
    }
    index.close()


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Genotoxicity", "유전독성 (Genotoxicity)"),
        ("유전독성", "유전독성"),
        ("Annex III", "Annex III"),
        ("Where the authority sits", "Where the authority sits"),
    ],
)
def test_a_korean_report_names_a_known_english_heading_in_korean(heading: str, title: str) -> None:
    assert heading_title(heading, load_glossary(), "ko") == title


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        (
            "Codex and the comparative approach (substantial equivalence, weight of evidence)",
            "Codex and the comparative approach",
        ),
        ("Panel on Nutrition (NDA)", "Panel on Nutrition (NDA)"),
        ("손해배상(기)", "손해배상(기)"),
    ],
)
def test_what_a_heading_adds_in_brackets_is_left_out_unless_short(heading: str, title: str) -> None:
    assert heading_title(heading, load_glossary(), "en") == title


TREATY = """# Treaty

## Article 20

### Sharing of information

Genotoxicity tests of novel foods are shared.

## Annex III

### Principles

Genotoxicity tests of a novel food are sound.

### Steps

Genotoxicity tests of a novel food come first.
"""


def test_a_number_is_no_title_where_one_heading_stands_below(inquire: Inquire) -> None:
    """Reports on a treaty had sections called Article 20, Article 35 and Article 15."""
    inquiry = inquire("Which genotoxicity tests of novel foods?", more={"treaty": TREATY})
    hits = [hit for hit in inquiry.survey if hit.passage.section[0] in ("Article 20", "Annex III")]
    themes = find_themes(hits, inquiry.concepts, inquiry.retriever, "en", 5, "Further findings")
    assert "Article 20: Sharing of information" in {theme.title for theme in themes}
    assert not {"Article 20", "Annex III"} & {theme.title for theme in themes}


def test_terms_become_a_title(inquire: Inquire) -> None:
    """A report had sections called "source organism" and "biological diversity"."""
    inquiry = inquire("Which genotoxicity tests are required for a novel food?")
    hits = [
        Hit(hit.passage.model_copy(update={"section": (str(number),)}), 1.0)
        for number, hit in enumerate(inquiry.survey)
    ]
    (theme,) = find_themes(hits, inquiry.concepts, inquiry.retriever, "en", 1, "Further findings")
    assert theme.title.startswith("Genotoxicity tests, ")


def test_headings_that_many_sources_share_make_no_theme(inquire: Inquire) -> None:
    inquiry = inquire("Which genotoxicity tests are required for a novel food?")
    known = [hit.passage for hit in inquiry.survey]
    shared = [
        Hit(Passage.model_validate({**p.model_dump(), "section": ("Results",)}), 1.0) for p in known
    ]
    themes = find_themes(shared, inquiry.concepts, inquiry.retriever, "en", 5, "Further findings")
    assert themes
    assert sum(len(theme.hits) for theme in themes) == len(shared)
