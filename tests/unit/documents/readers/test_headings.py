"""What a line says about itself."""

from __future__ import annotations

import pytest

from virtual_lab.documents.readers.headings import (
    clean_heading,
    in_usual_case,
    is_apparatus_title,
    is_contents_title,
    respace,
)

WORDS = {"identity": 40, "of": 900, "the": 2000, "novel": 300, "food": 500, "a": 800, "dna": 1}
CASED = {"identity": 5, "of": 90, "the": 200, "food": 50, "EFSA": 60, "Union": 9, "union": 1}


@pytest.mark.parametrize(
    "title",
    [
        "References",
        "3. References",
        "참고 문헌",
        "5 | Bibliography",
        "Conflict of interest",
        "Acknowledgements",
        "참조판례",
    ],
)
def test_back_matter_is_known(title: str) -> None:
    assert is_apparatus_title(title)


@pytest.mark.parametrize("title", ["Reference values", "Sources of exposure", "Data on sources"])
def test_what_only_sounds_like_it_is_not(title: str) -> None:
    assert not is_apparatus_title(title)


def test_contents_are_known() -> None:
    assert is_contents_title("Table of Contents")
    assert is_contents_title("목 차")
    assert not is_contents_title("Contents of the application")


@pytest.mark.parametrize(
    ("heading", "clean"),
    [
        ("1.2 | Scope", "Scope"),
        ("3.  Safety ", "Safety"),
        ("8.3.1 ADME", "ADME"),
        ("Scope", "Scope"),
    ],
)
def test_numbers_are_taken_off(heading: str, clean: str) -> None:
    assert clean_heading(heading) == clean


def test_a_letter_spaced_heading_is_put_together() -> None:
    assert respace("I DE NTIT Y O F TH E N OVE L FOO D", WORDS) == "IDENTITY OF THE NOVEL FOOD"


@pytest.mark.parametrize("heading", ["Identity of the novel food", "A B", "X Y Z Q W V"])
def test_other_headings_stay(heading: str) -> None:
    assert respace(heading, WORDS) == heading


@pytest.mark.parametrize(
    ("heading", "usual"),
    [
        ("IDENTITY OF THE FOOD", "Identity of the food"),
        ("GUIDANCE OF EFSA TO THE UNION", "Guidance of EFSA to the Union"),
        ("Mixed Case", "Mixed Case"),
        ("APPENDIX B", "Appendix B"),
    ],
)
def test_capitals_are_set_as_the_document_writes_elsewhere(heading: str, usual: str) -> None:
    assert in_usual_case(heading, CASED) == usual
