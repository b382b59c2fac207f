"""``virtual-lab config``: shows the settings and their values."""

from __future__ import annotations

from typing import Annotated

import typer

from virtual_lab.cli.screen import stdout


def config(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show every setting, its value and what it is for. Secrets are masked."""
    import json

    from rich.markup import escape

    from virtual_lab.settings import describe, load_settings

    rows = describe(load_settings())
    if as_json:
        typer.echo(json.dumps({row.name: row.value for row in rows}, ensure_ascii=False, indent=2))
        return
    console = stdout()
    for row in rows:
        console.print(f"[bold]{row.name}[/bold] = {escape(row.value)}")
        console.print(f"    [dim]{escape(row.help)}[/dim]")
