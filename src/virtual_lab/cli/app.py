"""The app of all commands, with their common handling of errors and Ctrl-C."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from virtual_lab import __version__
from virtual_lab.cli import config, doctor, keys, library, reports, research, runs, service, sources
from virtual_lab.errors import InvalidInputError, VirtualLabError

NAME = "virtual-lab"
INTERRUPTED = 130

# Typer contains its own copy of Click, and exports Click's errors but not their base class.
_ClickException: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)

app = typer.Typer(
    name=NAME,
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
app.add_typer(keys.app, name="keys")
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
    """Run the command line; an error that a user can correct is one line, without a traceback."""
    try:
        status = app(prog_name=NAME, standalone_mode=False)
    except typer.Abort:
        typer.echo("Aborted.", err=True)
        sys.exit(1)
    except _ClickException as error:
        sys.exit(_show_usage_error(error))
    except VirtualLabError as error:
        typer.echo(f"virtual-lab: {error}", err=True)
        sys.exit(2 if isinstance(error, InvalidInputError) else 1)
    if status == INTERRUPTED:  # Typer's status after Ctrl-C.
        typer.echo("\nStopped. Documents that were read stay in the library.", err=True)
    sys.exit(status)


def _show_usage_error(error: Any) -> int:
    """Show in one line what is wrong with a command's arguments; gives the exit status.

    For a command without any arguments, Typer has printed the help already.
    """
    message = error.format_message().replace("Value error, ", "")
    if message:
        command = error.ctx.command_path if getattr(error, "ctx", None) else NAME
        typer.echo(f"{command}: {message} (see {command} -h)", err=True)
    return int(error.exit_code)
