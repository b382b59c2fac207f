"""The output of commands: progress, tables, reports and JSON, plain where there is no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from virtual_lab.domain import Event, Report
    from virtual_lab.library.ingest import AddResult, IngestStep
    from virtual_lab.report.citing import CitationStyle

SOME_FAILED = 3
"""The exit status of a command that is done, but could not read some documents."""


def stderr() -> Console:
    """The console on standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def stdout() -> Console:
    """The console on standard output."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


class ProgressLine:
    """Shows a line for each event, and on a terminal the current step below them."""

    def __init__(self, console: Console, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._status = console.status("") if console.is_terminal and not quiet else None

    def event(self, event: Event) -> None:
        """Show one event of a run."""
        from rich.markup import escape

        if self._quiet:
            return
        step = f"[dim]{event.current:>2}/{event.total}[/dim]"
        self._console.print(f"{step}  {escape(event.status)}")
        self.step(event.status)

    def line(self, text: str) -> None:
        """Show one line."""
        from rich.markup import escape

        if not self._quiet:
            self._console.print(escape(text))

    def file(self, step: IngestStep) -> None:
        """Show the name of the file that is read."""
        self.step(f"{step.done + 1}/{step.total}  {step.path.name}")

    def step(self, text: str) -> None:
        """Show the current step, on a terminal only."""
        from rich.markup import escape

        if self._status:
            self._status.update(escape(text))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Show the current step while the block runs."""
        if self._status is None:
            yield
            return
        with self._status:
            yield


@contextmanager
def progress(quiet: bool = False) -> Iterator[ProgressLine]:
    """Show the progress of the block on standard error."""
    shown = ProgressLine(stderr(), quiet)
    with shown.running():
        yield shown


def print_report(report: Report, citations: CitationStyle) -> None:
    """Print a report as Markdown, formatted where standard output is a terminal."""
    from virtual_lab.report.markdown import render_markdown

    console = stdout()
    text = render_markdown(report, citations)
    if console.is_terminal:
        from rich.markdown import Markdown

        console.print(Markdown(text))
    else:
        typer.echo(text, nl=False)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; where standard output is no terminal, lines with tabs between the cells."""
    from rich.table import Table
    from rich.text import Text

    console = stdout()
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(" ".join(cell.split()) for cell in row))
        return
    table = Table(box=None, pad_edge=False)
    for number, name in enumerate(head):
        # The ids in the first column are not wrapped, so that they can be copied.
        table.add_column(name, no_wrap=number == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(" ".join(cell.split())) for cell in row))
    console.print(table)


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def moment(at: datetime | None) -> str:
    """A time in the time zone of this machine, as text; "" for None."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at else ""


def show_failures(result: AddResult) -> None:
    """Show a line for each file that could not be read, and for each warning."""
    for file in result.failures:
        typer.echo(f"not read: {file.path}: {file.error}", err=True)
    for file in result.files:
        for warning in file.warnings:
            typer.echo(f"note: {file.path}: {warning}", err=True)


def passages(count: int) -> str:
    """A number of passages, in words."""
    return f"{count} passage{'' if count == 1 else 's'}"


def summary(result: AddResult) -> str:
    """The result of adding files, in one line."""
    counts = result.counts
    parts = [f"{counts['added']} added"]
    if counts["unchanged"]:
        parts.append(f"{counts['unchanged']} unchanged")
    if result.removed:
        parts.append(f"{result.removed} gone")
    if counts["failed"]:
        parts.append(f"{counts['failed']} not read")
    return ", ".join(parts)
