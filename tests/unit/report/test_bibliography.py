"""What is exported is read back by the readers of others."""

from __future__ import annotations

import json

import bibtexparser
import pytest
import rispy

from virtual_lab.domain import Source, SourceKind, SourceType
from virtual_lab.report.bibliography import citation_keys, to_bibtex, to_csl, to_ris

SOURCES = (
    Source(
        id="s1",
        title="CRISPR & 50% of {braces}: a_b #1 \\ ~^ $ costs",
        kind=SourceKind.LITERATURE,
        authors=("M. Bran, Andres", "EFSA Panel on Nutrition, Novel Foods", "José Núñez", "김철수"),
        type=SourceType.ARTICLE,
        venue="Food & Chemical Toxicology",
        volume="6",
        issue="5",
        page_range="525–535",
        publisher="Wiley",
        published="2024-05-08",
        year=2024,
        doi="10.1038/s42256-024-00832_8",
        url="https://doi.org/10.1038/s42256-024-00832_8",
        corrected=True,
        gathered_at="2026-11-24T05:00:00+00:00",
    ),
    Source(
        id="s2",
        title="유전자변형식품등의 안전성 심사 등에 관한 규정",
        authors=("식품의약품안전처",),
        language="ko",
        published="2023-07",
        number="제2023-45호",
        path="규정.pdf",
    ),
    Source(
        id="s3",
        title="PaperQA",
        type=SourceType.PREPRINT,
        kind=SourceKind.LITERATURE,
        venue="arXiv",
        number="arXiv:2312.07559",
        authors=("Jakub L'ala",),
        year=2023,
        doi="10.48550/arxiv.2312.07559",
    ),
    Source(id="s4", title="Untitled", url="https://example.org/{a}"),
    *(Source(id=f"t{kind}", title=f"A {kind}", type=kind, year=2020) for kind in SourceType),
)


def test_keys_are_unique_and_readable() -> None:
    keys = citation_keys(SOURCES)
    assert keys["s1"] == "bran2024crispr"
    assert len(set(keys.values())) == len(SOURCES)
    assert all(key.isascii() and key.isalnum() and key[0].isalpha() for key in keys.values())
    twins = [SOURCES[0], SOURCES[0].model_copy(update={"id": "other"})]
    assert sorted(citation_keys(twins).values()) == ["bran2024crispr", "bran2024crispra"]


def test_bibtex_is_read_back() -> None:
    library = bibtexparser.parse_string(to_bibtex(SOURCES))
    assert not library.failed_blocks
    assert len(library.entries) == len(SOURCES)
    entry = library.entries[0]
    assert entry.entry_type == "article"
    fields = {name: field.value for name, field in entry.fields_dict.items()}
    assert fields["author"] == (
        "M. Bran, Andres and {EFSA Panel on Nutrition, Novel Foods} and Núñez, José and {김철수}"
    )
    assert fields["title"] == (
        r"{CRISPR \& 50\% of \textbraceleft{}braces\textbraceright{}: a\_b \#1"
        r" \textbackslash{} \textasciitilde{}\textasciicircum{} \$ costs}"
    )
    assert fields["journal"] == r"Food \& Chemical Toxicology"
    assert (fields["year"], fields["month"], fields["pages"]) == ("2024", "5", "525--535")
    assert fields["doi"] == "10.1038/s42256-024-00832_8"
    assert fields["urldate"] == "2026-11-24"
    assert fields["note"] == "A correction has been published"
    korean = {name: field.value for name, field in library.entries[1].fields_dict.items()}
    assert korean["title"] == "{유전자변형식품등의 안전성 심사 등에 관한 규정}"
    assert korean["langid"] == "korean"


def test_ris_is_read_back() -> None:
    records = rispy.loads(to_ris(SOURCES))
    assert len(records) == len(SOURCES)
    first = records[0]
    assert first["type_of_reference"] == "JOUR"
    assert first["title"] == SOURCES[0].title
    assert first["authors"] == [
        "M. Bran, Andres",
        "EFSA Panel on Nutrition, Novel Foods",
        "Núñez, José",
        "김철수",
    ]
    assert first["secondary_title"] == "Food & Chemical Toxicology"
    assert (first["year"], first["date"]) == ("2024", "2024/05/08")
    assert (first["start_page"], first["end_page"]) == ("525", "535")
    assert first["doi"] == SOURCES[0].doi
    assert first["urls"] == [SOURCES[0].url]
    assert first["notes"] == ["A correction has been published"]
    assert records[1]["authors"] == ["식품의약품안전처"]
    assert records[1]["date"] == "2023/07/"


def test_csl_is_what_processors_expect() -> None:
    items = json.loads(to_csl(SOURCES))
    assert [item["type"] for item in items[:4]] == [
        "article-journal",
        "document",
        "article",
        "document",
    ]
    first = items[0]
    assert first["author"] == [
        {"family": "M. Bran", "given": "Andres"},
        {"literal": "EFSA Panel on Nutrition, Novel Foods"},
        {"family": "Núñez", "given": "José"},
        {"literal": "김철수"},
    ]
    assert first["issued"] == {"date-parts": [[2024, 5, 8]]}
    assert first["accessed"] == {"date-parts": [[2026, 11, 24]]}
    assert (first["page"], first["container-title"]) == ("525-535", "Food & Chemical Toxicology")
    assert items[1]["issued"] == {"date-parts": [[2023, 7]]}
    assert len({item["id"] for item in items}) == len(SOURCES)


@pytest.mark.parametrize("hostile", ["a\nER  - \nTY  - JOUR", "} @comment{", "\x00\x1b[31m", "%"])
def test_no_title_breaks_out_of_its_field(hostile: str) -> None:
    source = Source(id="s", title=hostile, authors=(hostile,), venue=hostile, url="https://a.org/}")
    ris, bibtex = to_ris([source, source]), to_bibtex([source])
    assert len(rispy.loads(ris)) == 2
    assert all(c.isprintable() or c == "\n" for c in ris + bibtex)
    library = bibtexparser.parse_string(bibtex)
    assert len(library.entries) == 1
    assert not library.failed_blocks
    assert json.loads(to_csl([source]))[0]["title"] == hostile
