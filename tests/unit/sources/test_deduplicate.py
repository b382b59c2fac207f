"""One work of several providers becomes one source with the best of what each says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.replay import cassette
from virtual_lab.domain import Source, SourceType
from virtual_lab.sources.deduplicate import merge
from virtual_lab.sources.http import WebResponse
from virtual_lab.sources.identity import with_id
from virtual_lab.sources.markup import abstract
from virtual_lab.sources.provider import SourceRecord, make_record
from virtual_lab.sources.providers import crossref, semanticscholar

TITLE = "Safety of foods from new genomic techniques"


def item(provider: str = "crossref", text: str = "", **fields: Any) -> SourceRecord:
    source = Source.model_validate({"id": "", "title": TITLE, "providers": (provider,)} | fields)
    return make_record(with_id(source), abstract(text, source.title))


def test_recorded_answers_on_one_doi_are_one_source(shared_data: Path) -> None:
    path = shared_data / "payloads" / "mixed" / "test_bulk_doi_search.yaml"
    replies = dict(cassette(path))
    empty = WebResponse("https://x/", b"", "", None, datetime(2026, 1, 1, tzinfo=UTC), False)
    said = {
        name: next(
            empty._replace(content=reply.body).json()
            for url, reply in replies.items()
            if name in url and "s42256-024-00832-8" in url
        )
        for name in ("semanticscholar", "crossref")
    }
    one = semanticscholar.parse(said["semanticscholar"], empty)
    other = crossref.parse(said["crossref"]["message"], empty)
    assert one is not None
    assert other is not None
    assert one.source.id == other.source.id
    (merged,) = merge([[one], [other]])
    source = merged.source
    assert source.id == one.source.id
    assert source.authors[0] == "M. Bran, Andres"  # the list that tells families apart
    assert source.published == "2024-05-08"  # the publisher's, not the preprint's
    assert (source.volume, source.issue, source.page_range) == ("6", "5", "525–535")
    assert source.open_access_url == "https://www.nature.com/articles/s42256-024-00832-8.pdf"
    assert source.providers == ("semanticscholar", "crossref")
    assert merged.passages[0].text.startswith("Large language models (LLMs) have shown")
    assert all(p.source_id == source.id for p in merged.passages)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": "Quite another title"}, True),
        ({"doi": "10.1/a", "year": 2024}, {"doi": "10.1/b", "year": 2024}, False),
        (
            {"doi": "10.1/a", "year": 2024},
            {"doi": "10.2/b", "year": 2023, "type": SourceType.PREPRINT},
            True,
        ),
        ({"doi": "10.1/a", "year": 2024}, {"year": 2024}, True),
        ({"doi": "10.1/a", "year": 2024}, {"year": 2020}, False),
        ({"year": 2024}, {"year": 2025, "title": "SAFETY of foods: from new Genomic Techniques."},
         True),
        ({"year": 2024}, {"year": 2024, "title": "Safety of foods"}, False),
        ({"title": "Editorial", "year": 2024}, {"title": "Editorial", "year": 2024}, False),
        (
            {"year": 2024, "authors": ("Doe, Jane",)},
            {"year": 2024, "authors": ("J. Doe", "Sam Cox")},
            True,
        ),
        ({"year": 2024, "authors": ("Doe, Jane",)}, {"year": 2024, "authors": ("Sam Cox",)}, False),
        ({"url": "https://a.org/x/"}, {"url": "http://www.a.org/x", "title": "Other"}, True),
        ({"title": "One page", "url": "https://a.org/x"},
         {"title": "Another", "url": "https://a.org/y"}, False),
    ],
)  # fmt: skip
def test_what_counts_as_one_work(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    for pair in ((one, other), (other, one)):
        merged = merge([[item(**fields)] for fields in pair])
        assert (len(merged) == 1) is same


def test_each_field_comes_from_whom_it_is_best_had() -> None:
    long = "The safety of such foods depends on the product and not on the technique. " * 2
    (merged,) = merge(
        [
            [item("openalex", f"{long} openalex", doi="10.1/a", type=SourceType.REVIEW, year=2024,
                  venue="Nat. Food", language="ko", open_access_url="https://wiley.com/pdf")],
            [item("arxiv", "short " * 12, doi="10.1/p", type=SourceType.PREPRINT, year=2023,
                  venue="arXiv", open_access_url="https://arxiv.org/pdf/1")],
            [item("europepmc", f"<h4>Aim</h4>{long}", doi="10.1/a", type=SourceType.ARTICLE,
                  retracted=True, authors=("Doe, Jane",), year=2024)],
            [item("crossref", "", doi="10.1/a", type=SourceType.ARTICLE, venue="Nature Food",
                  authors=("Doe, J.",), year=2024, corrected=True)],
        ]
    )  # fmt: skip
    source = merged.source
    assert (source.doi, source.year, source.venue) == ("10.1/a", 2024, "Nature Food")
    assert source.type is SourceType.REVIEW
    assert source.authors == ("Doe, Jane",)
    assert source.open_access_url == "https://arxiv.org/pdf/1"
    assert source.retracted
    assert source.corrected
    assert merged.passages[0].section == ("Abstract", "Aim")
    assert source.providers == ("openalex", "arxiv", "europepmc", "crossref")
    assert merged.source.id == with_id(source).id


def test_the_order_is_that_of_the_fused_ranks() -> None:
    a, b, c = (item(doi=f"10.1/{name}") for name in "abc")
    order = [f.source.doi for f in merge([[a, b], [b, c], []])]
    assert order == ["10.1/b", "10.1/a", "10.1/c"]
    assert merge([]) == []


def test_many_records_are_merged_once_each() -> None:
    rankings = [[item(doi=f"10.1/{n}", title=f"{TITLE} {n}") for n in range(50)] for _ in range(20)]
    assert len(merge(rankings)) == 50
