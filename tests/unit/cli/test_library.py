"""The words of ``virtual-lab library``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "missing"], "missing"),
        (["list", "missing"], "collection missing"),
        (["remove", "missing"], "collection missing"),
        (["remove", "missing", "s1"], "document s1 in collection missing"),
        (["search", "anything"], "Nothing matches"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    command: Command, words: list[str], told: str
) -> None:
    outcome = command("library", *words)
    assert (outcome.status, outcome.out) == (1, "")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_folder_without_documents_is_told(command: Command, tmp_path: Path) -> None:
    outcome = command("library", "add", str(tmp_path))
    assert outcome.status == 0
    assert "No PDF, Word, HTML, Markdown or text file found there." in outcome.err


@pytest.mark.slow
def test_a_document_is_shown_as_it_was_read(command: Command, tmp_path: Path) -> None:
    """Whoever doubts a report must see which page and heading a sentence was read under."""
    (tmp_path / "a.md").write_text("# Foods\n\n## Insects\n\nA cricket [/] is a food.\n")
    command("library", "add", str(tmp_path))
    shown = command("library", "show", "a.md").out
    assert "Insects\nA cricket [/] is a food." in shown
    assert "Foods" in shown
    nothing = command("library", "show", "a.md", "--page", "2")
    assert (nothing.status, nothing.err.count("\n")) == (2, 1)
    assert "no passage on page 2" in nothing.err
    assert "b.md" in command("library", "show", "b.md").err


@pytest.mark.slow
def test_what_was_read_in_passing_is_not_searched(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Foods\n\nA cricket is a food that must be assessed.\n")
    assert command("research", "cricket", "--docs", str(tmp_path), "-q").status == 0
    assert "Nothing matches" in command("library", "search", "cricket").err


@pytest.mark.slow
def test_titles_are_shown_as_they_are(command: Command, tmp_path: Path) -> None:
    """Square brackets are markup to the terminal library."""
    (tmp_path / "a.md").write_text("# On [bold]foods[/bold]\n\nA food [/] is [red]safe[/red].\n")
    command("library", "add", str(tmp_path))
    assert "On [bold]foods[/bold]" in command("library", "list", "default").out
    assert "A food [/] is [red]safe[/red]." in command("library", "search", "safe food").out
