"""Reports from the database alone: listed, shown, exported, deleted."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import TOPIC, Command, finish, report, submit
from virtual_lab.domain import Report
from virtual_lab.errors import NotFoundError
from virtual_lab.messages import Message
from virtual_lab.settings import load_settings
from virtual_lab.store import Store
from virtual_lab.testing import ModelServer


@pytest.fixture
def report_id(store: Store) -> str:
    """A report in the store."""
    run_id = submit(store)
    finish(store, run_id)
    return run_id


def test_an_empty_list_says_so(command: Command) -> None:
    assert command("report", "list") == (0, "", "There is no report yet.\n")


def test_reports_are_listed(command: Command, report_id: str) -> None:
    row = command("report", "list").out.rstrip("\n").split("\t")
    assert (row[0], row[1], row[3], row[4]) == (report_id, "1", "en", TOPIC)
    [record] = json.loads(command("report", "list", "--json").out)
    assert (record["id"], record["title"]) == (report_id, TOPIC)


def test_a_report_is_shown_in_any_version(command: Command, store: Store, report_id: str) -> None:
    newer = report().model_copy(update={"title": "Another title"})
    note = Message.of("outside.text", text="regenerated")
    store.reports.add_version(report_id, newer, note)
    assert command("report", "show", report_id).out.startswith("# Another title\n")
    assert command("report", "show", report_id, "--version", "1").out.startswith("# Which foods")
    shown = command("report", "show", report_id, "--json").out
    assert Report.model_validate_json(shown) == newer
    assert "version 3" in command("report", "show", report_id, "--version", "3").err


def test_a_report_is_exported_to_many_files(
    command: Command, report_id: str, tmp_path: Path
) -> None:
    files = [tmp_path / f"보고서.{ending}" for ending in ("md", "docx", "bib")]
    outs = [word for file in files for word in ("--out", str(file))]
    outcome = command("report", "export", report_id, *outs)
    assert outcome.err.splitlines() == [f"written: {file}" for file in files]
    assert files[0].read_text(encoding="utf-8").startswith("# Which foods")
    assert files[1].read_bytes().startswith(b"PK")
    assert files[2].read_text(encoding="utf-8").startswith("@")


def test_an_ending_that_is_not_known_is_one_line(
    command: Command, report_id: str, tmp_path: Path
) -> None:
    outcome = command("report", "export", report_id, "--out", str(tmp_path / "x.odt"))
    assert outcome.status == 2
    assert ".docx, .pdf, .bib" in outcome.err


def test_a_report_is_deleted_when_that_is_confirmed(
    command: Command, store: Store, report_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert command("report", "delete", report_id).status == 1
    assert store.reports.get(report_id)
    assert command("report", "delete", report_id, "--yes").status == 0
    with pytest.raises(NotFoundError):
        store.reports.get(report_id)
    assert store.runs.get(report_id), "its run stays"


@pytest.mark.parametrize("words", [("show",), ("export", "--out", "x.md"), ("delete", "--yes")])
def test_an_unknown_report_is_one_line(command: Command, words: tuple[str, ...]) -> None:
    outcome = command("report", words[0], "nope", *words[1:])
    assert (outcome.status, outcome.err) == (
        1,
        "virtual-lab: There is no such thing: report nope\n",
    )


def test_without_a_model_rewriting_says_what_to_set(command: Command, report_id: str) -> None:
    for words in (("translate", report_id, "--language", "ko"), regenerating(report_id, "1")):
        outcome = command("report", *words)
        assert outcome.status == 1
        assert outcome.err.count("\n") == 1
        assert "set VIRTUAL_LAB_MODEL, OPENAI_API_KEY or OPENAI_BASE_URL" in outcome.err


def test_a_report_is_rewritten_or_the_reason_is_said(
    command: Command, store: Store, report_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        load_settings.cache_clear()
        gone = command("report", *regenerating(report_id, "Rules"))
        translated = command("report", "translate", report_id, "--language", "ko")
        unknown = command("report", *regenerating(report_id, "7"))
        already = command("report", "translate", report_id, "--language", "ko")
    assert (gone.status, "A document: it has left the library" in gone.err) == (1, True)
    assert "synthesise: " in translated.err
    assert translated.err.endswith(f"{report_id}: version 2; virtual-lab report show {report_id}\n")
    assert (unknown.status, "section 7 (there are: 1 " in unknown.err) == (1, True)
    assert (already.status, 'in "ko" already' in already.err) == (2, True)
    assert store.reports.get(report_id).report.language == "ko"
    assert [line.note for line in store.reports.versions(report_id)] == ["", "en → ko"]


def regenerating(report_id: str, section: str) -> tuple[str, ...]:
    return (
        *("regenerate", report_id, "--section", section),
        *("--feedback", "Name the countries."),
    )
