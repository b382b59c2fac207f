"""The commands, and what all of them do with errors and Ctrl-C."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from virtual_lab import __version__
from virtual_lab.cli import config, doctor, library, reports, research, runs, service, sources
from virtual_lab.errors import InvalidInputError, VirtualLabError

INTERRUPTED = 130

app = typer.Typer(
    name="virtual-lab",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("research")(research.research)
app.add_typer(library.app, name="library")
app.add_typer(sources.app, name="sources")
app.command("up")(service.up)
app.command("serve")(service.serve)
app.command("worker")(service.worker)
app.add_typer(runs.app, name="runs")
app.add_typer(reports.app, name="report")
app.command("doctor")(doctor.doctor)
app.command("config")(config.config)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"virtual-lab {__version__}")
        raise typer.Exit


@app.callback()
def virtual_lab(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Ask a research question, in Korean or English; get a report that quotes its sources.

    Every statement of the report is backed by a verbatim quote. Without a model, a key or a
    network it works too: virtual-lab research "NGT 안전성 평가 프레임워크"
    """


def main() -> None:
    """Run the command line; an error that a user can mend is one line, not a traceback."""
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # what Typer makes of Ctrl-C
            typer.echo("\nStopped. Documents that were read stay in the library.", err=True)
        raise
    except VirtualLabError as error:
        typer.echo(f"virtual-lab: {error}", err=True)
        sys.exit(2 if isinstance(error, InvalidInputError) else 1)
