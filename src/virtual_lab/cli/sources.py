"""``virtual-lab sources``: checks the providers of literature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from virtual_lab.cli.screen import print_json, print_table

if TYPE_CHECKING:
    from virtual_lab.sources.probe import ProviderCheck

app = typer.Typer(no_args_is_help=True, help="Providers of literature.")


@app.callback()
def sources() -> None:
    """Providers of literature."""


@app.command()
def check(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Ask every provider for one source, and say which answer and what the others need.

    Exit status: 0 where at least one provider answers, else 1.
    """
    import asyncio

    from virtual_lab.settings import load_settings
    from virtual_lab.sources.probe import check_sources, is_offline

    checked = asyncio.run(check_sources(load_settings()))
    if as_json:
        print_json([_as_json(line) for line in checked])
    else:
        offline = is_offline(checked)
        if offline:
            typer.echo(
                "There seems to be no network: no provider can be reached. A run goes on from the"
                " library; behind a firewall, these hosts have to be let through.",
                err=True,
            )
        rows = [
            (
                line.provider,
                line.outcome,
                f"{line.seconds:.1f}" if line.seconds else "",
                f"needs {line.host}" if offline and line.host else line.detail,
            )
            for line in checked
        ]
        print_table(("Provider", "Outcome", "Seconds", ""), rows)
    if not any(line.outcome == "answers" for line in checked):
        raise typer.Exit(1)


def _as_json(check: ProviderCheck) -> dict[str, str | float]:
    return {
        "provider": check.provider,
        "outcome": check.outcome,
        "detail": check.detail,
        "seconds": check.seconds,
        "host": check.host,
    }
