"""``virtual-lab keys``: adds, lists and removes the API keys of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from virtual_lab.cli.screen import print_json, print_table

if TYPE_CHECKING:
    from virtual_lab.store.keys import Keys

app = typer.Typer(no_args_is_help=True, help="API keys of the service.")

Name = Annotated[str, typer.Argument(help="Whose key it is, or what it is for.")]


@app.command("add")
def add(name: Name) -> None:
    """Make an API key and print it, this once; only its hash is kept.

    As soon as there is a key, every call and page needs one, also from this machine.
    """
    with _keys() as keys:
        key = keys.add(name)
    _audit("keys add", name)
    typer.echo(key)
    typer.echo(
        "This is the only time that the key is shown. Programs send it as"
        ' "Authorization: Bearer KEY"; people sign in with it on the page.',
        err=True,
    )


@app.command("list")
def list_keys(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show all keys: name, how each begins, since when it is there, when it was last used."""
    with _keys() as keys:
        found = keys.list()
    if as_json:
        print_json(
            [
                {
                    "name": key.name,
                    "prefix": key.prefix,
                    "created_at": key.created_at.isoformat(),
                    "last_used_at": key.last_used_at and key.last_used_at.isoformat(),
                }
                for key in found
            ]
        )
        return
    if not found:
        typer.echo("There are no keys, so only this machine is served.", err=True)
        return
    rows = [
        (
            key.name,
            f"{key.prefix}...",
            f"{key.created_at.astimezone():%Y-%m-%d %H:%M}",
            f"{key.last_used_at.astimezone():%Y-%m-%d %H:%M}" if key.last_used_at else "never",
        )
        for key in found
    ]
    print_table(("Name", "Key", "Made", "Last used"), rows)


@app.command("remove")
def remove(name: Name) -> None:
    """Remove a key; calls with it are refused from now on, and its browsers are signed out."""
    with _keys() as keys:
        keys.remove(name)
        left = keys.exist()
    _audit("keys remove", name)
    typer.echo(f"removed: {name}", err=True)
    if not left:
        typer.echo("There are no keys left, so only this machine is served.", err=True)


@contextmanager
def _keys() -> Iterator[Keys]:
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings

    with open_store(load_settings()) as store:
        yield store.keys


def _audit(command: str, name: str) -> None:
    from virtual_lab.http.audit import always_log_audits, audit_keys
    from virtual_lab.logs import set_up_logs
    from virtual_lab.settings import load_settings

    set_up_logs(load_settings())
    always_log_audits()
    audit_keys(command, name)
