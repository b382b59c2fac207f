"""The glossary that comes with the package: enough pairs, known fields, nothing twice."""

from __future__ import annotations

import csv
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

from virtual_lab.text.glossary import read_terms

GLOSSARY = Path(str(files("virtual_lab.text") / "glossary.csv"))
FIELDS = {
    "allergenicity",
    "biotechnology",
    "chemistry",
    "food-safety",
    "general",
    "haccp",
    "labelling",
    "law",
    "microbiology",
    "novel-food",
    "nutrition",
    "procedure",
    "statistics",
    "toxicology",
}
HANGUL = re.compile(r"[가-힣]")


def test_it_holds_as_many_terms_as_the_readme_says() -> None:
    assert len(read_terms(GLOSSARY)) > 1_500


def test_every_term_stands_in_a_known_field() -> None:
    assert {term.field for term in read_terms(GLOSSARY)} == FIELDS


def test_no_pair_stands_there_twice() -> None:
    pairs = Counter((term.ko[0], term.en[0]) for term in read_terms(GLOSSARY))
    assert not [pair for pair, count in pairs.items() if count > 1]


def test_no_name_stands_twice_in_a_cell() -> None:
    for term in read_terms(GLOSSARY):
        for names in (term.ko, term.en):
            assert len({name.casefold() for name in names}) == len(names), names


def test_the_preferred_names_are_in_their_language() -> None:
    for term in read_terms(GLOSSARY):
        assert HANGUL.search(term.ko[0]), term
        assert not any(HANGUL.search(name) for name in term.en), term


def test_no_cell_has_spaces_around_its_names() -> None:
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            assert len(row) == 3, row
            for cell in row:
                assert cell == "|".join(name.strip() for name in cell.split("|")), row
