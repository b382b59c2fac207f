"""README and docs against the code: what they name is there, and what they show comes out."""

from __future__ import annotations

import asyncio
import itertools
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from scripts.generate_docs import ROOT, stale_files
from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.cli.app import app
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Question, Report, SourceKind
from virtual_lab.lab import ResearchLab
from virtual_lab.library.ingest import add_paths
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import searched_by_default
from virtual_lab.report.registry import endings
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.settings import Settings, variable
from virtual_lab.text.glossary import load_glossary
from virtual_lab.verification.verify import normalise

READMES = (ROOT / "README.md", ROOT / "README.ko.md")
PAGES = (*READMES, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
SOURCE = ROOT / "src" / "virtual_lab"
MAP = ROOT / "docs" / "map.md"
PICTURED = ROOT / "docs" / "pages.md"
RELIABILITY = ROOT / "docs" / "reliability.md"

SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^()\s]+)\)")
COMMENT = re.compile(r"(?:^|\s+)#\s.*")
EXCERPT = re.compile(r"^> ## (.+)$|^> - “(.+)” \(\[1\], p\. (\d+)\)$", re.MULTILINE)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- what is generated ---


def test_generated_files_say_what_the_code_says() -> None:
    stale = [name_of(path) for path in stale_files()]
    assert not stale, "run python scripts/generate_docs.py"


@pytest.mark.parametrize("name", [".env.example", "docs/settings.md"])
def test_all_settings_are_documented_and_no_others(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    documented = re.findall(r"^(?:# |\| `)([A-Z][A-Z_]+)(?==|`)", text, re.MULTILINE)
    assert sorted(documented) == sorted(variable(field) for field in Settings.model_fields)


def test_env_example_holds_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    lines = (ROOT / ".env.example").read_text("utf-8")
    own = tmp_path / ".env"
    own.write_text(re.sub(r"^# (?=[A-Z][A-Z_]+=)", "", lines, flags=re.MULTILINE), "utf-8")
    assert Settings(_env_file=own) == Settings(_env_file=None)


# --- pictures ---


def test_pictures_are_small_and_all_are_shown() -> None:
    shown = set(re.findall(r"!\[[^\]]*\]\(screenshots/([^()]+)\)", PICTURED.read_text("utf-8")))
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs/screenshots").iterdir()}
    assert set(sizes) == shown
    assert max(sizes.values()) < 150_000
    assert sum(sizes.values()) < 1_500_000


# --- links and commands ---


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if ":" not in target]
    missing = [
        target
        for target in targets
        if target.partition("#")[0] and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert not missing


def test_both_readmes_give_the_same_commands() -> None:
    english, korean = (list(shell_lines(page)) for page in READMES)
    assert english
    assert korean == english


def test_both_readmes_lead_to_the_same_pages() -> None:
    english, korean = (set(LINK.findall(page.read_text("utf-8"))) for page in READMES)
    assert korean - {"README.md"} == english - {"README.ko.md"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_their_options_exist(page: Path) -> None:
    problems = [problem for command in commands(page) if (problem := wrong_in(command))]
    assert not problems


def test_a_wrong_command_would_be_noticed() -> None:
    assert wrong_in(["virtual-lab", "reserach", "x"])
    assert wrong_in(["virtual-lab", "research", "x", "--form", "a.md"])
    assert wrong_in(["virtual-lab", "library", "ad", "FOLDER"])
    assert not wrong_in(["virtual-lab", "library", "add", "FOLDER", "--collection", "law"])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_scripts_and_benchmarks_that_are_named_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    modules = {name.replace(".", "/") for name in re.findall(r"-m (benchmarks\.\w+)", text)}
    files = set(re.findall(r"\b(?:python|bash) ((?:\w+/)*\w+\.(?:py|sh))", text))
    forms = [(f"{name}.py", f"{name}/__main__.py") for name in modules] + [
        (name,) for name in files
    ]
    assert not [form for form in forms if not any((ROOT / name).is_file() for name in form)]


@pytest.mark.parametrize("page", READMES, ids=name_of)
def test_every_format_of_a_report_is_named(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not [ending for ending in endings() if f"`{ending}`" not in text]


# --- the examples of the README ---


def test_the_first_command_answers_without_a_network(tmp_path: Path) -> None:
    first = next(shell_lines(READMES[0]))
    topic = shlex.split(first.partition("&&")[2])[2]
    index = Index(tmp_path / "library.sqlite3")
    report = research(index, topic, searched_by_default(index))
    assert report.language == "ko"
    assert len(report.findings()) >= 5
    assert {source.kind for source in report.references} == {SourceKind.PRIMER}
    for finding in report.findings().values():
        for quote in finding.quotes:
            assert index.text(quote.source_id)[quote.start : quote.end] == quote.text
    assert report.coverage.statements_verified == report.coverage.statements_made
    index.close()


def test_the_excerpt_is_what_comes_out(tmp_path: Path, shared_data: Path) -> None:
    english, korean = (excerpt(page) for page in READMES)
    assert len(english) >= 2
    assert korean == english
    asked = next(line for line in shell_lines(READMES[0]) if "--docs" in line)
    index = Index(tmp_path / "library.sqlite3")
    with DocumentReader() as reader:
        add_paths(index, [shared_data / "documents" / "en"], "docs", reader)
    report = research(index, shlex.split(asked)[2], ("docs",))
    guidance = report.references[0]
    assert guidance.path
    assert guidance.path.endswith(".pdf")
    text = normalise(index.text(guidance.id))
    shown = [
        (section.title, quote.text, quote.locator.page)
        for section in report.sections
        for finding in section.findings
        for quote in finding.quotes
        if quote.source_id == guidance.id
    ]
    assert all(normalise(words) in text for _, words, _ in english)
    places = [shown.index(entry) for entry in english]
    assert places == sorted(places)
    index.close()


# --- the promises ---


def test_every_promise_names_tests_that_exist_and_every_fault_is_named() -> None:
    named = set(re.findall(r"`(test_\w+)`", RELIABILITY.read_text("utf-8")))
    written = {
        (path, name)
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    faults = {name for path, name in written if path.parent.name == "faults"}
    assert not named - {name for _, name in written}, "no such test"
    assert not faults - named, "not in docs/reliability.md"


def test_all_twenty_faults_have_tests() -> None:
    names = re.findall(r"`test_([\d_]+)_", RELIABILITY.read_text("utf-8"))
    numbers = {int(number) for name in names for number in name.split("_")}
    assert numbers == set(range(1, 21))


# --- the map ---


def test_the_map_shows_the_layers_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    assert "```text\n" + "\n".join(layers) + "\n```" in MAP.read_text("utf-8")


# --- helpers ---


def research(index: Index, topic: str, collections: tuple[str, ...]) -> Report:
    """The report of ``virtual-lab research`` with no options."""
    retriever = Retriever(index, load_glossary(), collections)
    return asyncio.run(ResearchLab(ExtractiveAnalyst(), retriever).research(Question(topic=topic)))


def excerpt(page: Path) -> list[tuple[str, str, int]]:
    """Heading, quote and page of each quote of a README's excerpt."""
    text = re.sub(r"\n>   ", " ", page.read_text("utf-8"))
    found, heading = [], ""
    for title, quote, number in EXCERPT.findall(text):
        heading = title or heading
        if quote:
            found.append((heading, quote, int(number)))
    return found


def shell_lines(page: Path) -> Iterator[str]:
    """The lines of the shell blocks, continued lines joined, without comments."""
    for block in SHELL.findall(page.read_text("utf-8")):
        for line in re.sub(r"\s*\\\n\s*", " ", block).splitlines():
            if command := COMMENT.sub("", line).strip():
                yield command


def commands(page: Path) -> Iterator[list[str]]:
    """The calls of virtual-lab that a page shows, in shell blocks and in running text, as words."""
    inline = CODE.findall(page.read_text("utf-8"))
    for line in (*shell_lines(page), *(code for code in inline if code.startswith("virtual-lab"))):
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        for joined, call in itertools.groupby(words, lambda word: word in ("&&", "|", ";")):
            found = [] if joined else list(call)
            if found[:1] == ["virtual-lab"]:
                yield found


def wrong_in(words: list[str]) -> str | None:
    """What the command line would not know of a call; None where it knows all."""
    command: Any = typer.main.get_command(app)
    rest = words[1:]
    while rest and getattr(command, "commands", None) and not rest[0].startswith("-"):
        name, *rest = rest
        if name.isupper():  # stands for any command
            return None
        if name not in command.commands:
            return f"{shlex.join(words)}: no command {name}"
        command = command.commands[name]
    known = {"--help", "-h"} | {
        option for param in command.params for option in (*param.opts, *param.secondary_opts)
    }
    for word in rest:
        if word.startswith("-") and word.partition("=")[0] not in known:
            return f"{shlex.join(words)}: no option {word}"
    return None
