"""The prompts: one file for each task and language, with named variables.

A file has a part for the system and a part for the user, each under its mark. A variable is written
``$name``. The names are fixed for each task; a file with a missing or unknown one is an error when
the run starts.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import NamedTuple

from virtual_lab.domain import Language
from virtual_lab.errors import PromptError

_SYSTEM, _USER = "[system]\n", "[user]\n"

VARIABLES: dict[str, frozenset[str]] = {
    "plan": frozenset({"question", "constraints", "size", "library", "languages", "terms"}),
    "choose": frozenset({"question", "constraints", "size", "table", "languages", "terms"}),
    "analyse": frozenset({"role", "focus", "question", "constraints", "terms", "most", "passages"}),
    "revise": frozenset(
        {
            "role",
            "focus",
            "question",
            "constraints",
            "terms",
            "most",
            "passages",
            "own",
            "rejected",
            "critique",
            "others",
        }
    ),
    "repair": frozenset({"role", "question", "problems", "passages", "terms", "most"}),
    "critique": frozenset({"question", "constraints", "work"}),
    "missing": frozenset({"question", "constraints", "work"}),
    "summarise": frozenset({"question", "work"}),
    "section": frozenset({"question", "title", "findings", "terms", "feedback"}),
    "abstract": frozenset({"question", "findings", "terms"}),
    "rewrite": frozenset({"question", "findings", "problems", "terms"}),
    "translate": frozenset({"texts", "terms"}),
    "judge": frozenset({"pairs", "count"}),
}
"""The variables of each task."""


class Prompt(NamedTuple):
    """The system message and the user message of a call."""

    system: str
    user: str


class Prompts:
    """The prompts of one language.

    Args:
        language: the language of the prompts and the answers.
        folder: a folder with files that replace built-in ones, in a subfolder for each language.

    Raises:
        PromptError: a file lacks a part or a variable, or uses an unknown one.
    """

    def __init__(self, language: Language, folder: Path | None = None) -> None:
        self.language = language
        self._parts = {task: _load(task, language, folder) for task in VARIABLES}

    def fill(self, task: str, **values: object) -> Prompt:
        """The prompt of a task with its variables filled in."""
        system, user = self._parts[task]
        return Prompt(system.substitute(values), user.substitute(values))


def _load(task: str, language: Language, folder: Path | None) -> tuple[Template, Template]:
    own = folder / language / f"{task}.md" if folder else None
    if own is None or not own.is_file():
        return _built_in(task, language)
    try:
        return _parse(own.read_text(encoding="utf-8-sig"), task, str(own))
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError("setting.prompt_file", file=own, problem=error) from None


@cache
def _built_in(task: str, language: Language) -> tuple[Template, Template]:
    file = files("virtual_lab.analysts.model") / "prompts" / language / f"{task}.md"
    return _parse(file.read_text(encoding="utf-8"), task, str(file))


def _parse(text: str, task: str, name: str) -> tuple[Template, Template]:
    before, system_mark, rest = text.partition(_SYSTEM)
    system, user_mark, user = rest.partition(_USER)
    if before.strip() or not system_mark or not user_mark:
        raise PromptError("setting.prompt_parts", file=name)
    parts = Template(system.strip()), Template(user.strip())
    for part in parts:
        if not part.is_valid():
            raise PromptError("setting.prompt_dollar", file=name)
    used = {variable for part in parts for variable in part.get_identifiers()}
    wanted = VARIABLES[task]
    if unknown := used - wanted:
        raise PromptError(
            "setting.prompt_unknown_variable",
            file=name,
            unknown=_listed(unknown),
            known=_listed(wanted),
        )
    if missing := wanted - used:
        raise PromptError("setting.prompt_missing_variable", file=name, missing=_listed(missing))
    return parts


def _listed(names: set[str] | frozenset[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names))
