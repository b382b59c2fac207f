"""What a question asks about, in the words of the library."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from virtual_lab.retrieval.query_terms import Concepts, TextTokens, find_concepts
from virtual_lab.text.glossary import load_glossary
from virtual_lab.text.tokens import tokenise


class Everything:
    """A vocabulary in which every token but some is known, and one is frequent."""

    def __init__(self, absent: str = "", frequent: str = "") -> None:
        self._absent, self._frequent = set(tokenise(absent)), set(tokenise(frequent))

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        return {token: self._frequency(token) for token in tokens}

    def size(self) -> int:
        return 1000

    def _frequency(self, token: str) -> int:
        if token in self._absent:
            return 0
        return 500 if token in self._frequent else 10


def concepts(question: str, language: str = "en", vocabulary: Everything | None = None) -> Concepts:
    return find_concepts(question, language, load_glossary(), vocabulary or Everything())


def weights(found: Concepts) -> dict[str, float]:
    return {concept.term: concept.weight for concept in found.concepts}


def test_a_korean_question_is_searched_in_english_too() -> None:
    found = concepts("신규식품의 알레르기 유발성", "ko")
    assert any("novel food" in bridge.searched_as for bridge in found.bridges)
    assert found.queries[0] == "신규식품의 알레르기 유발성"
    assert "novel food" in found.queries[1]


def test_an_english_question_is_searched_in_korean_too() -> None:
    found = concepts("allergenicity of novel foods")
    assert "신규식품" in found.queries[1]


def test_a_term_is_called_what_the_person_called_it() -> None:
    found = concepts("allergenicity of Novel Foods")
    assert "Novel Foods" in weights(found)
    assert "Novel Foods" in {bridge.term for bridge in found.bridges}


def test_words_that_frame_a_question_weigh_little() -> None:
    found = weights(concepts("What information is required on grasshoppers?"))
    assert found["grasshoppers"] > 3 * found["information"]


def test_frequent_words_weigh_little() -> None:
    found = weights(concepts("grasshoppers and powder", vocabulary=Everything(frequent="powder")))
    assert found["grasshoppers"] > found["powder"]


def test_what_no_passage_holds_is_named_as_absent() -> None:
    found = concepts("grasshoppers and kangaroos", vocabulary=Everything(absent="kangaroos"))
    assert found.absent == ("kangaroos",)
    assert set(weights(found)) == {"grasshoppers"}


def test_a_text_holds_a_concept_in_either_language() -> None:
    found = concepts("genotoxicity")
    for text in ("Genotoxicity tests are required.", "유전독성 시험이 필요하다."):
        assert found.match(TextTokens.of(tokenise(text))) == (1.0,)
    assert found.match(TextTokens.of(tokenise("A report on the budget."))) == (0.0,)


def test_a_question_without_content_has_no_concepts() -> None:
    found = concepts("What is it?")
    assert (found.concepts, found.absent, found.queries) == ((), (), ("What is it?",))


def test_what_only_frames_a_question_is_not_its_subject() -> None:
    every = concepts("How do grasshoppers and crickets differ?").concepts
    assert {c.term for c in every if c.is_subject} == {"grasshoppers", "crickets"}
    korean = "메뚜기와 캥거루는 어떻게 다릅니까?"
    assert concepts(korean, "ko", Everything(absent=korean)).absent == ("메뚜기", "캥거루")


@pytest.mark.parametrize(
    ("question", "term"),
    [("How do the US and Japan differ?", "United States"), ("What does WHO say?", "World Health")],
)
def test_initials_that_are_also_words_are_spelt_out(question: str, term: str) -> None:
    assert any(term in name for name in weights(concepts(question)))


def test_in_capitals_alone_no_word_is_an_initial() -> None:
    assert not any("World" in name for name in weights(concepts("WHO EATS GRASSHOPPERS?")))
