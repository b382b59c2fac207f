"""What commands show: plain lines where no terminal reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from virtual_lab.cli.screen import (
    ProgressLine,
    moment,
    print_table,
    progress,
    show_failures,
    summary,
)
from virtual_lab.domain import Event, EventKind
from virtual_lab.errors import EncryptedDocumentError
from virtual_lab.library.ingest import Added, AddResult

EVENT = Event(kind=EventKind.PLANNED, current=1, total=9, status="Team: [two] specialists")


def test_events_are_lines_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as shown:
        shown.event(EVENT)
        shown.line("plan: a [model] answered")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == " 1/9  Team: [two] specialists\nplan: a [model] answered\n"


def test_quiet_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(quiet=True) as shown:
        shown.event(EVENT)
        shown.line("nothing")
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_the_current_step_is_shown_below() -> None:
    console = Console(force_terminal=True, width=80, record=True, file=None)
    shown = ProgressLine(console, quiet=False)
    with console.capture() as captured, shown.running():
        shown.step("reading [bold]a file[/bold]")
    assert "reading [bold]a file[/bold]" in captured.get()


def test_a_table_is_lines_with_tabs_where_no_terminal_reads_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(("Id", "Title"), [("a", "two\nlines"), ("b", "x")])
    assert capsys.readouterr().out == "a\ttwo lines\nb\tx\n"


def test_no_moment_is_nothing() -> None:
    assert moment(None) == ""


def test_what_could_not_be_read_is_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    result = AddResult(
        files=(
            Added(Path("a.pdf"), "failed", error=EncryptedDocumentError()),
            Added(Path("b.pdf"), "added", warnings=("no text on page 2",)),
        ),
        removed=1,
    )
    show_failures(result)
    failed, warned = capsys.readouterr().err.splitlines()
    assert failed == f"not read: a.pdf: {EncryptedDocumentError()}"
    assert warned == "note: b.pdf: no text on page 2"
    assert summary(result) == "1 added, 1 gone, 1 not read"
