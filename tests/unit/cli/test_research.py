"""What ``virtual-lab research`` refuses before it begins, and what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["x" * 2001], 2, "topic"),
        (["food", "--out", "report.txt"], 2, ".md, .html, .json"),
        (["food", "--out", "missing/report.md"], 2, "there is no folder"),
        (["food", "--sources", "nowhere"], 2, "sources: Input should be 'all', 'none', 'openalex'"),
        (["food", "--sources", "none,arxiv"], 2, '"all" and "none" stand alone'),
        (["food", "--url", "ftp://example.org"], 2, "urls: "),
        (["food", "--since", "lately"], 2, "since: String should match"),
        (["food", "--until", "2015-02-30"], 2, "it is no date such as 2015"),
        (["food", "--since", "2020", "--until", "2019"], 2, "until (2019) is before since (2020)"),
        (["food", "--allow-domain", "https://efsa.eu/"], 2, "neither a domain"),
        (["food", "--deny-domain", "efsa"], 2, "deny_domains: "),
        (["food", "--source-language", "English"], 2, "source_languages: "),
        (["food", "--docs", "missing"], 1, "missing"),
        (["food", "--collection", "missing"], 1, "collection missing (there are: none yet)"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    command: Command, words: list[str], status: int, told: str
) -> None:
    outcome = command("research", *words)
    assert (outcome.status, outcome.out) == (status, "")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Missing argument"),
        (["food", "--rounds", "9"], "--rounds"),
        (["food", "--specialists", "1"], "--specialists"),
        (["food", "--language", "fr"], "'auto'"),
    ],
)
def test_wrong_use_is_one_line(command: Command, words: list[str], told: str) -> None:
    outcome = command("research", *words)
    assert (outcome.status, outcome.out) == (2, "")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "status", "told"),
    [
        ("VIRTUAL_LAB_ROUNDS", "99", 2, "VIRTUAL_LAB_ROUNDS"),
        ("VIRTUAL_LAB_GLOSSARY", "missing.csv", 2, "missing.csv: No such file or directory\n"),
        ("VIRTUAL_LAB_DATA_DIR", "a-file", 1, "a-file"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_in_one_line(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    value: str,
    status: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a-file").write_text("where a folder is wanted")
    monkeypatch.setenv(name, value)
    outcome = command("research", "food", "--quiet")
    assert (outcome.status, outcome.out) == (status, "")
    assert outcome.err.startswith("virtual-lab: ")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


def test_the_language_of_the_report_can_be_asked_for(command: Command) -> None:
    outcome = command("research", "Which foods are novel?", "--language", "ko", "--quiet")
    assert outcome.status == 0
    assert "## 참고문헌" in outcome.out


def test_a_folder_without_documents_is_told_in_words_of_the_person(
    command: Command, tmp_path: Path
) -> None:
    """It was told that there is no collection of a name that nobody has given."""
    outcome = command("research", "food", "--docs", str(tmp_path), "-q")
    assert (outcome.status, outcome.out) == (2, "")
    assert f"{tmp_path} holds no document that can be read" in outcome.err
    assert "collection" not in outcome.err
