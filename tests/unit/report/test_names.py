"""Family and given names are told apart; organisations and Korean names stay whole."""

from __future__ import annotations

import pytest

from virtual_lab.report.names import split_name


@pytest.mark.parametrize(
    ("author", "family", "given", "initials"),
    [
        ("Bran, Andrés M", "Bran", "Andrés M", "A. M."),
        ("Andrés M Bran", "Bran", "Andrés M", "A. M."),
        ("Norman, Kari E. A.", "Norman", "Kari E. A.", "K. E. A."),
        ("Schoenfeld, JD", "Schoenfeld", "JD", "J. D."),
        ("A.D. White", "White", "A.D.", "A. D."),
        ("Hye-Jin Kim", "Kim", "Hye-Jin", "H.-J."),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig", "L."),
        ("Perry de la Cruz", "de la Cruz", "Perry", "P."),
        ("Martin Luther King Jr.", "King Jr.", "Martin Luther", "M. L."),
        ("Silva, Josadaque Martins da", "Silva", "Josadaque Martins da", "J. M. D."),
        ("김철수", "김철수", "", ""),
        ("남궁 민수", "남궁 민수", "", ""),
        ("식품의약품안전처", "식품의약품안전처", "", ""),
        ("EFSA NDA Panel", "EFSA NDA Panel", "", ""),
        ("World Health Organization", "World Health Organization", "", ""),
        ("EFSA Panel on Nutrition, Novel Foods and Food Allergens (NDA)",
         "EFSA Panel on Nutrition, Novel Foods and Food Allergens (NDA)", "", ""),
        ("FAO/WHO", "FAO/WHO", "", ""),
        ("Plato", "Plato", "", ""),
    ],
)  # fmt: skip
def test_a_name_has_its_parts(author: str, family: str, given: str, initials: str) -> None:
    name = split_name(author)
    assert (name.family, name.given, name.initials) == (family, given, initials)
