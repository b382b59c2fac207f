"""The same work has the same id, whichever provider it comes from."""

from __future__ import annotations

import pytest

from virtual_lab.domain import Source
from virtual_lab.sources.identity import normal_doi, title_key, url_key, with_id


@pytest.mark.parametrize(
    "text",
    [
        "10.2903/J.EFSA.2024.8961",
        "https://doi.org/10.2903/j.efsa.2024.8961",
        "http://dx.doi.org/10.2903/j.efsa.2024.8961.",
        "doi:10.2903/j.efsa.2024.8961,",
        "https://doi.org/10.2903%2Fj.efsa.2024.8961",
    ],
)
def test_a_doi_has_one_form(text: str) -> None:
    assert normal_doi(text) == "10.2903/j.efsa.2024.8961"


@pytest.mark.parametrize("text", [None, "", "10.1", "https://example.org/10", "arXiv:2101.00001"])
def test_what_is_no_doi(text: str | None) -> None:
    assert normal_doi(text) is None


def test_titles_and_addresses_are_compared_without_their_dress() -> None:
    assert title_key("The Rôle of AI — in Ecology!") == title_key("the role of ai in ecology")
    assert title_key("Editorial") == ""
    assert url_key("https://www.example.org/a/#b") == url_key("http://example.org/a")
    assert url_key("https://example.org/a?b=1") != url_key("https://example.org/a")


def test_an_id_goes_by_doi_then_title_and_year_then_address() -> None:
    def key(**fields: object) -> str:
        return with_id(
            Source.model_validate({"id": "", "title": "A long enough title"} | fields)
        ).id

    assert key(doi="10.1/a", title="One title") == key(doi="10.1/a", title="Another", year=2020)
    assert key(doi="10.1/a") != key(doi="10.1/b")
    assert key(year=2020) == key(title="A LONG, enough title", year=2020, url="https://a.org")
    assert key(year=2020) != key(year=2021)
    assert key(title="News", url="https://a.org/1") != key(title="News", url="https://a.org/2")
    assert key(title="News", url="https://a.org/1") == key(title="News", url="http://www.a.org/1/")
    assert len(key()) == 13
