"""Names of uploaded files."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from virtual_lab.services.uploads import harmless_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("식품 공전 (2024).PDF", "식품 공전 (2024).pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini.md", "boot.ini.md"),
        (".bashrc", "bashrc"),
        ("a\x00b\n.md", "a_b_.md"),
        ('<img src=x onerror="alert(1)">.md', "_img src_x onerror__alert(1)__.md"),
        ("", "_"),
        ("...", "_"),
    ],
)
def test_only_harmless_characters_are_left(given: str, kept: str) -> None:
    assert harmless_name(given) == kept


def test_the_two_ways_to_write_korean_are_one_name() -> None:
    name = "한글.md"
    assert harmless_name(unicodedata.normalize("NFD", name)) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = harmless_name("가" * 500 + ".pdf")
    assert name.endswith("가.pdf")
    assert len(name.encode()) <= 255


def test_naughty_names_stay_in_their_folder(shared_data: Path, tmp_path: Path) -> None:
    strings = json.loads((shared_data / "hostile" / "blns.json").read_text(encoding="utf-8"))
    for string in strings:
        path = tmp_path / harmless_name(f"{string}.md")
        path.touch()
        assert path.resolve().parent == tmp_path.resolve()
