"""``virtual-lab report``: the reports of the service, read from its database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from virtual_lab.cli.screen import moment, print_json, print_report, print_table, progress
from virtual_lab.plugins import in_words
from virtual_lab.report.registry import endings

if TYPE_CHECKING:
    from virtual_lab.analysts.model.call import OnCall, Record
    from virtual_lab.jobs.rewriting import Rewriting

app = typer.Typer(
    no_args_is_help=True,
    help="List, show, export, rewrite and delete reports, straight in the database.",
)


class Target(StrEnum):
    """A language into which a report can be translated."""

    KO = "ko"
    EN = "en"


ReportId = Annotated[str, typer.Argument(help="Id of the report, which is that of its run.")]
Version = Annotated[int | None, typer.Option(min=1, help="A version of it.  [default: latest]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at the most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List reports, the newest first."""
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings

    with open_store(load_settings()) as store:
        page = store.reports.list(limit=limit)
    if as_json:
        print_json([line._asdict() for line in page.items])
        return
    if not page.items:
        typer.echo("There is no report yet.", err=True)
        return
    rows = [
        (line.id, str(line.version), moment(line.created_at), line.language, line.title)
        for line in page.items
    ]
    print_table(("Id", "Version", "Written", "Language", "Title"), rows)
    if page.next:
        typer.echo(f"There are more; --limit shows more than {limit}.", err=True)


@app.command()
def show(report_id: ReportId, version: Version = None, as_json: AsJson = False) -> None:
    """Print a report as Markdown."""
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.report.json import render_json
    from virtual_lab.settings import load_settings

    settings = load_settings()
    with open_store(settings) as store:
        report = store.reports.get(report_id, version).report
    if as_json:
        typer.echo(render_json(report), nl=False)
    else:
        print_report(report, settings.citations)


@app.command()
def export(
    report_id: ReportId,
    out: Annotated[
        list[Path],
        typer.Option(help=f"File to write; {in_words(endings(), 'or')}. Repeatable."),
    ],
    version: Version = None,
) -> None:
    """Write a report to files."""
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.report.files import check_targets, write_report
    from virtual_lab.settings import load_settings

    check_targets(out)
    settings = load_settings()
    with open_store(settings) as store:
        report = store.reports.get(report_id, version).report
    for target in out:
        write_report(report, settings.citations, target)
        typer.echo(f"written: {target}", err=True)


@app.command()
def regenerate(
    report_id: ReportId,
    section: Annotated[str, typer.Option(help="Number of the section, from 1, or its title.")],
    feedback: Annotated[str, typer.Option(help="What you ask for, in your own words.")],
    version: Version = None,
) -> None:
    """Make one section again with your feedback, as a new version. Needs a model."""
    wanted = int(section) if section.isdecimal() else section

    async def work(rewriting: Rewriting, on_call: OnCall) -> int:
        return await rewriting.regenerate(wanted, feedback, on_call)

    _rewrite(report_id, version, work)


@app.command()
def translate(
    report_id: ReportId,
    language: Annotated[Target, typer.Option(help="Language that the report is wanted in.")],
    version: Version = None,
) -> None:
    """Put a report into another language, as a new version. Needs a model.

    Quotes stay as they are, with a translation beside them.
    """

    async def work(rewriting: Rewriting, on_call: OnCall) -> int:
        return await rewriting.translate(language.value, on_call)

    _rewrite(report_id, version, work)


def _rewrite(
    report_id: str,
    version: int | None,
    work: Callable[[Rewriting, OnCall], Coroutine[Any, Any, int]],
) -> None:
    """Rewrite a report with progress on standard error, and show the number of the new version."""
    from virtual_lab.jobs.rewriting import Rewriting
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings

    settings = load_settings()
    with open_store(settings) as store, progress() as shown:
        rewriting = Rewriting.open(store, settings, report_id, version)
        shown.step("the model is at work")

        def show_call(record: Record) -> None:
            took = record.ended - record.began
            shown.line(
                f"{record.role}: {record.model} answered in {took:.1f} s"
                f" ({record.usage.tokens:,} tokens)"
            )

        number = asyncio.run(work(rewriting, show_call))
    typer.echo(f"{report_id}: version {number}; virtual-lab report show {report_id}", err=True)


@app.command()
def delete(
    report_id: ReportId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a report with all its versions; its run stays in the list."""
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.services.report_removal import delete_report
    from virtual_lab.settings import load_settings

    settings = load_settings()
    with open_store(settings) as store:
        title = store.reports.get(report_id).report.title
        if not yes:
            typer.confirm(f'Delete "{title}"?', abort=True, err=True)
        delete_report(store, settings, report_id)
    typer.echo(f"{report_id}: deleted", err=True)
