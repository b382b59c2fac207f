"""Labels point to exactly one reference, and a reference reads like one."""

from __future__ import annotations

import pytest

from virtual_lab.domain import Source, SourceType
from virtual_lab.report.citing import author_year, citation_labels

PAPER = Source(
    id="paper",
    title="Augmenting large language models with chemistry tools",
    authors=("M. Bran, Andres", "Cox, Sam", "Schilter, Oliver"),
    type=SourceType.ARTICLE,
    venue="Nature Machine Intelligence",
    volume="6",
    issue="5",
    page_range="525–535",
    published="2024-05-08",
    year=2024,
    doi="10.1038/s42256-024-00832-8",
    url="https://www.nature.com/x",
)
GUIDANCE = Source(
    id="guidance",
    title="Guidance on the scientific requirements for an application",
    authors=("EFSA NDA Panel",),
    venue="EFSA Journal",
    number="e8961",
    published="2024",
    doi="10.2903/j.efsa.2024.8961",
)
PAGE = Source(
    id="page",
    title="유전자가위 기술 안전관리",
    authors=("식품의약품안전처",),
    type=SourceType.PAGE,
    url="https://www.mfds.go.kr/a",
    gathered_at="2026-11-24T05:00:00+00:00",
)


def test_numbers_follow_the_order_of_the_references() -> None:
    assert citation_labels([PAPER, PAGE]) == {"paper": "1", "page": "2"}


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({}, "M. Bran et al., 2024"),
        ({"authors": ("Cox, Sam", "Oliver Schilter")}, "Cox & Schilter, 2024"),
        ({"authors": ("김철수",)}, "김철수, 2024"),
        ({"authors": ()}, "Augmenting large language models…, 2024"),
        ({"authors": (), "title": "Novel foods"}, "Novel foods, 2024"),
        ({"year": None, "published": None}, "M. Bran et al., n.d."),
        ({"year": None}, "M. Bran et al., 2024"),
        ({"authors": ("EFSA Panel on Nutrition, Novel Foods and Food Allergens",)},
         "EFSA Panel on Nutrition, Novel Foods an…, 2024"),
    ],
)  # fmt: skip
def test_a_label_names_author_and_year(change: dict[str, object], label: str) -> None:
    assert author_year(PAPER.model_copy(update=change)) == label


def test_a_letter_tells_sources_of_one_label_apart() -> None:
    same = [PAPER.model_copy(update={"id": f"p{n}"}) for n in range(28)]
    labels = citation_labels([*same, GUIDANCE], "author-year")
    assert labels["p0"] == "M. Bran et al., 2024a"
    assert labels["p25"] == "M. Bran et al., 2024z"
    assert labels["p26"] == "M. Bran et al., 2024aa"
    assert labels["guidance"] == "EFSA NDA Panel, 2024"
    assert len(set(labels.values())) == len(labels)
