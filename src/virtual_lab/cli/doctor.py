"""``virtual-lab doctor``: checks the installation, and says how to correct what fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from virtual_lab.cli.screen import print_json, stdout

if TYPE_CHECKING:
    from virtual_lab.doctor import Check

_STYLES = {"ok": "green", "note": "yellow", "fail": "bold red"}


def doctor(
    online: Annotated[
        bool, typer.Option("--online", help="Ask the providers of literature, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check this installation; every finding comes with its remedy. Nothing is paid for.

    Exit status: 0 where nothing fails (notes do not count), else 1.
    """
    from virtual_lab.doctor import CheckOutcome, examine
    from virtual_lab.logs import set_up_logs
    from virtual_lab.settings import Settings

    # The checks show their findings themselves; warnings in the log would repeat them.
    set_up_logs(Settings.model_construct(log_level="error"))
    found: list[Check] = []
    for check in examine(online):
        found.append(check)
        if not as_json:
            _show(check)
    if as_json:
        print_json([_as_json(check) for check in found])
    if any(check.outcome is CheckOutcome.FAIL for check in found):
        raise typer.Exit(1)


def _as_json(check: Check) -> dict[str, str]:
    remedy = check.remedy.text() if check.remedy else ""
    return {
        "name": check.name,
        "outcome": check.outcome,
        "found": check.found.text(),
        "remedy": remedy,
    }


def _show(check: Check) -> None:
    from rich.markup import escape

    console = stdout()
    style = _STYLES[check.outcome]
    outcome = f"[{style}]{check.outcome:<4}[/{style}]"
    console.print(f"{outcome}  {check.name:<12}{escape(check.found.text())}")
    if check.remedy:
        console.print(f"{'':<18}[dim]{escape(check.remedy.text())}[/dim]")
