"""The page docs/cli.md, from the help of the commands; ``generate_docs.py`` writes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin

import typer
from typer.models import ArgumentInfo

from virtual_lab.cli.app import app

NAME = "virtual-lab"

HEAD = """\
# Command line

`virtual-lab COMMAND --help` shows the same.

*This page is made from the commands' own help by `python scripts/generate_docs.py`.*

Exit status of every command: 0 done, 1 failed, 2 wrong use, 130 ended by Ctrl-C; where there is
another one, the command says so. An error is one line on standard error.
"""


class Parameter(NamedTuple):
    """An argument or option of a command."""

    names: tuple[str, ...]
    words: str
    help: str
    is_required: bool
    is_argument: bool

    @property
    def usage(self) -> str:
        """As it stands in the command."""
        text = f"{self.names[0]} {self.words}".rstrip()
        return text if self.is_required else f"[{text}]"

    @property
    def row(self) -> str:
        """As it stands in a table."""
        names = ", ".join(f"`{name}`" for name in self.names)
        return f"| {names} | {self.help} |".replace("PATH|URL|DOI", r"PATH\|URL\|DOI")


def reference() -> str:
    """The page, in Markdown."""
    root = app.registered_callback
    assert root
    assert root.callback
    return "\n".join([HEAD, _text(root.callback.__doc__), "", *_group(app, NAME, "##")])


def _group(group: typer.Typer, name: str, heading: str) -> Iterator[str]:
    for command in group.registered_commands:
        assert command.callback
        own = command.name or command.callback.__name__
        yield from _command(command.callback, f"{name} {own}", heading)
    for inner in group.registered_groups:
        assert inner.typer_instance
        yield f"{heading} {name} {inner.name}\n\n{_text(inner.typer_instance.info.help)}\n"
        yield from _group(inner.typer_instance, f"{name} {inner.name}", heading + "#")


def _command(callback: Callable[..., Any], name: str, heading: str) -> Iterator[str]:
    signature = inspect.signature(callback, eval_str=True)
    parameters = [_parameter(value) for value in signature.parameters.values()]
    yield f"{heading} {name}\n\n{_text(callback.__doc__)}\n"
    yield f"```\n{' '.join([name, *(each.usage for each in parameters)])}\n```\n"
    if parameters:
        yield "\n".join(["| | |", "| --- | --- |", *(each.row for each in parameters), ""])


def _parameter(parameter: inspect.Parameter) -> Parameter:
    kind, info = get_args(parameter.annotation)[:2]
    required = parameter.default is inspect.Parameter.empty
    several = any(get_origin(each) is list for each in (kind, *get_args(kind)))
    if isinstance(info, ArgumentInfo):
        name = (info.metavar or parameter.name.upper()) + ("..." if several else "")
        return Parameter((name,), "", _help(info, parameter), required, True)
    # Inside Annotated, what Typer takes for the default is the first name.
    given = (info.default, *(info.param_decls or ())) if isinstance(info.default, str) else ()
    names = given or (f"--{parameter.name.replace('_', '-')}",)
    words = _words(kind) + ("..." if several else "")
    return Parameter(names, words, _help(info, parameter), required, False)


def _words(kind: Any) -> str:
    """What stands behind an option; "" behind a flag."""
    inner = [each for each in get_args(kind) if each is not type(None)]
    if isinstance(kind, UnionType) or inner:
        return _words(inner[0])
    if kind is bool:
        return ""
    if issubclass(kind, Enum):
        return "|".join(str(member.value) for member in kind)
    return {int: "N", Path: "FILE"}.get(kind, "TEXT")


def _help(info: Any, parameter: inspect.Parameter) -> str:
    default = getattr(parameter.default, "value", parameter.default)
    is_told = default in (None, "", False, inspect.Parameter.empty)
    return _text(info.help) + ("" if is_told else f" [default: {default}]")


def _text(text: str | None) -> str:
    return re.sub(r"(?<=\S)  +", " ", inspect.cleandoc(text or ""))
