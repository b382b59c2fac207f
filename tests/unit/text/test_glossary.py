"""Terms are found in either language, and a faulty file is named with its line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from virtual_lab.errors import GlossaryError
from virtual_lab.text.glossary import Glossary, Term, load_glossary, read_terms
from virtual_lab.text.tokens import tokenise

OWN = "ko,en,field\n시험식품|시험 식품,test food|trial food,mine\n"


def names(glossary: Glossary, text: str) -> list[str]:
    return [mention.name for mention in glossary.mentions(tokenise(text))]


def test_the_built_in_glossary_is_large_and_without_doubles() -> None:
    terms = load_glossary().terms
    assert len(terms) >= 250
    pairs = Counter((term.ko[0], term.en[0]) for term in terms)
    assert [pair for pair, count in pairs.items() if count > 1] == []


@pytest.mark.parametrize(
    ("ko", "en"),
    [
        ("유전독성", "genotoxicity"),
        ("실질적 동등성", "substantial equivalence"),
        ("신규식품", "novel food"),
    ],
)
def test_terms_lead_from_one_language_to_the_other(ko: str, en: str) -> None:
    glossary = load_glossary()
    assert glossary.translate(ko, "en") == en
    assert glossary.translate(en, "ko") == ko


def test_a_text_that_is_more_than_one_term_is_not_translated() -> None:
    assert load_glossary().translate("novel food genotoxicity", "ko") is None
    assert load_glossary().translate("the weather", "ko") is None


def test_the_longest_term_wins() -> None:
    glossary = Glossary([Term(("식품",), ("food",)), Term(("신규식품",), ("novel food",))])
    assert names(glossary, "a novel food and a food") == ["novel food", "food"]
    assert names(glossary, "신규식품의 시험") == ["신규식품"]


def test_words_are_found_in_their_forms() -> None:
    assert names(load_glossary(), "Novel Foods in the Union") == ["novel food"]


def test_a_name_of_which_stop_words_leave_one_word_is_not_looked_for() -> None:
    glossary = Glossary([Term(("부산물",), ("by-product",))])
    assert names(glossary, "the product") == []
    assert names(glossary, "부산물") == ["부산물"]


def test_own_terms_go_before_the_built_in_ones(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(OWN + "신식품,novel food,mine\n", encoding="utf-8-sig")
    glossary = load_glossary(path)
    assert glossary.translate("시험 식품", "en") == "test food"
    assert glossary.translate("trial foods", "ko") == "시험식품"
    assert glossary.translate("novel food", "ko") == "신식품"


def test_the_field_is_optional(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("ko,en\n시험식품,test food\n", encoding="utf-8")
    assert read_terms(path) == [Term(("시험식품",), ("test food",))]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (OWN + "이름만,,mine\n", "line 3: both ko and en need a name"),
        (OWN + "\n ,only english\n", "line 4: both ko and en need a name"),
        ("korean,english\n가,a\n", "first line must name the columns ko, en, field"),
        ("", "first line must name the columns"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GlossaryError, match=message) as raised:
        read_terms(path)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("content", ["ko,en\n시험,test\n".encode("cp949"), b"\x00\xff"])
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    with pytest.raises(GlossaryError, match=r"own\.csv"):
        read_terms(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"nowhere\.csv"):
        load_glossary(tmp_path / "nowhere.csv")
