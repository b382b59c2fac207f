"""``virtual-lab report``: the reports of the service, straight from the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from virtual_lab.cli.screen import moment, print_json, print_report, print_table

app = typer.Typer(
    no_args_is_help=True,
    help="List, show, export and delete reports. Needs the database only, not the service.",
)

ReportId = Annotated[str, typer.Argument(help="Id of the report, which is that of its run.")]
Version = Annotated[int | None, typer.Option(min=1, help="A version of it.  [default: latest]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at the most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List reports, the newest first."""
    from virtual_lab.settings import load_settings
    from virtual_lab.store import Store

    with Store.open(load_settings()) as store:
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
    from virtual_lab.report.json import render_json
    from virtual_lab.settings import load_settings
    from virtual_lab.store import Store

    with Store.open(load_settings()) as store:
        report = store.reports.get(report_id, version).report
    if as_json:
        typer.echo(render_json(report), nl=False)
    else:
        print_report(report)


@app.command()
def export(
    report_id: ReportId,
    out: Annotated[
        list[Path],
        typer.Option(
            help="File to write; .md, .html, .json, .docx, .pdf, .bib or .ris. Repeatable."
        ),
    ],
    version: Version = None,
) -> None:
    """Write a report to files."""
    from virtual_lab.report.files import check_targets, write_report
    from virtual_lab.settings import load_settings
    from virtual_lab.store import Store

    check_targets(out)
    with Store.open(load_settings()) as store:
        report = store.reports.get(report_id, version).report
    for target in out:
        write_report(report, target)
        typer.echo(f"written: {target}", err=True)


@app.command()
def delete(
    report_id: ReportId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a report with all its versions; its run stays in the list."""
    from virtual_lab.settings import load_settings
    from virtual_lab.store import Store

    with Store.open(load_settings()) as store:
        title = store.reports.get(report_id).report.title
        if not yes:
            typer.confirm(f'Delete "{title}"?', abort=True, err=True)
        store.reports.delete(report_id)
    typer.echo(f"{report_id}: deleted", err=True)
