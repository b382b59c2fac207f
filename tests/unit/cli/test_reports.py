"""Reports from the database alone: listed, shown, exported, deleted."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import TOPIC, Command, finish, report, submit
from virtual_lab.domain import Report
from virtual_lab.errors import NotFoundError
from virtual_lab.store import Store


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
    store.reports.add_version(report_id, newer, "regenerated")
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
