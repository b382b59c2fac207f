"""Family and given names are told apart; organisations and Korean names stay whole."""

from __future__ import annotations

import pytest

from virtual_lab.report.names import split_name


@pytest.mark.parametrize(
    ("author", "family", "given"),
    [
        ("Bran, Andrés M", "Bran", "Andrés M"),
        ("Andrés M Bran", "Bran", "Andrés M"),
        ("Norman, Kari E. A.", "Norman", "Kari E. A."),
        ("Schoenfeld, JD", "Schoenfeld", "JD"),
        ("A.D. White", "White", "A.D."),
        ("Hye-Jin Kim", "Kim", "Hye-Jin"),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig"),
        ("Perry de la Cruz", "de la Cruz", "Perry"),
        ("Martin Luther King Jr.", "King Jr.", "Martin Luther"),
        ("Silva, Josadaque Martins da", "Silva", "Josadaque Martins da"),
        ("김철수", "김철수", ""),
        ("남궁 민수", "남궁 민수", ""),
        ("식품의약품안전처", "식품의약품안전처", ""),
        ("EFSA NDA Panel", "EFSA NDA Panel", ""),
        ("World Health Organization", "World Health Organization", ""),
        ("EFSA Panel on Nutrition, Novel Foods and Food Allergens (NDA)",
         "EFSA Panel on Nutrition, Novel Foods and Food Allergens (NDA)", ""),
        ("FAO/WHO", "FAO/WHO", ""),
        ("Plato", "Plato", ""),
    ],
)  # fmt: skip
def test_a_name_has_its_parts(author: str, family: str, given: str) -> None:
    name = split_name(author)
    assert (name.family, name.given) == (family, given)
