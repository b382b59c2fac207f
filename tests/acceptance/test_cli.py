"""The command line as a person meets it: real processes, files, output and exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from virtual_lab.domain import Report
from virtual_lab.settings import Settings, variable
from virtual_lab.testing import ModelServer

ENTRY = (sys.executable, "-c", "from virtual_lab.cli import main; main()")
PATIENCE_S = 60.0
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person with no setting of any kind; an empty value wins over a developer's own .env."""
    return {
        **os.environ,
        **{variable(name): "" for name in Settings.model_fields},
        "VIRTUAL_LAB_DATA_DIR": str(tmp_path / "data"),
        "PYTHONUTF8": "1",
        "COLUMNS": "200",
    }


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Runs a command to its end, in a folder of its own."""

    def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*ENTRY, *map(str, arguments)],
            cwd=tmp_path,
            env={**environment, **more},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "novel.md").write_text(
        "# Guidance on novel foods\n\n"
        "Applicants must provide genotoxicity data on every novel food from insects.\n\n"
        "A 90-day oral toxicity study in rodents is required for the novel food.\n"
    )
    (folder / "other.md").write_text(
        "# Annual report\n\nThe authority published its annual report on the budget of the year.\n"
    )
    return folder


QUESTION = "Which genotoxicity data are required for a novel food?"


# --- help and usage ---------------------------------------------------------------------------


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    for command in ("research", "library", "config"):
        assert command in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["research", ""], 2, "the question is empty"),
        (["research", "food", "--docs", "missing"], 1, "missing"),
        (["library", "search", "anything"], 1, "Nothing matches"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run: Run, arguments: Sequence[str], status: int, words: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


# --- research ---------------------------------------------------------------------------------


def test_a_newcomer_gets_a_report_from_the_starter_library(run: Run) -> None:
    done = run("research", "NGT 안전성 평가 프레임워크")
    assert done.returncode == 0
    assert done.stdout.startswith("# NGT 안전성 평가 프레임워크\n")
    assert "## 참고문헌" in done.stdout
    assert "입문 자료집" in done.stdout
    assert done.stdout.count("\n- “") >= 5
    assert "9/9" in done.stderr


def test_documents_are_searched_and_the_report_is_written_in_each_format(
    run: Run, docs: Path, tmp_path: Path
) -> None:
    done = run(
        *("research", QUESTION, "--docs", docs, "--rounds", "2", "--constraints", "insects only"),
        *("--out", "r.json", "--out", "r.html", "--out", "r.md"),
    )
    assert (done.returncode, done.stdout) == (0, "")
    check_json(json.loads((tmp_path / "r.json").read_text("utf-8")), docs / "novel.md")
    report = Report.model_validate_json((tmp_path / "r.json").read_text("utf-8"))
    claims = [finding.claim for finding in report.findings().values()]
    assert any("genotoxicity data on every novel food" in claim for claim in claims)
    assert not any("annual report" in claim for claim in claims)
    assert (report.topic, report.constraints, report.mode) == (
        QUESTION,
        "insects only",
        "extractive",
    )
    assert len(report.rounds) <= 2
    for name, start in (("r.html", "<!doctype html>"), ("r.md", f"# {QUESTION}")):
        text = (tmp_path / name).read_text("utf-8")
        assert text.startswith(start)
        assert "genotoxicity data on every novel food" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("data", "docs", "r.html", "r.json", "r.md")
    ]


def check_json(report: dict[str, Any], document: Path) -> None:
    """What programs read is there."""
    assert set(report) >= {"topic", "language", "mode", "sections", "references", "coverage"}
    assert set(report) >= {"rounds", "missing"}
    finding = report["sections"][0]["findings"][0]
    (quote,) = finding["quotes"]
    assert quote["text"] == finding["claim"]
    assert set(quote) >= {"source_id", "passage_id"}
    assert set(quote["locator"]) == {"page", "section"}
    (reference,) = (r for r in report["references"] if r["id"] == quote["source_id"])
    assert (reference["title"], reference["path"]) == ("Guidance on novel foods", document.name)
    scores = report["rounds"][0]["scores"]
    assert {score["specialist"] for score in scores} == {"s1", "s2"}
    assert all(1 <= score["score"] <= 5 for score in scores)


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_used(run: Run, docs: Path) -> None:
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing")
    done = run("research", QUESTION, "--docs", docs)
    assert done.returncode == 3
    assert "genotoxicity data" in done.stdout
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("not read: "))
    assert "broken.pdf: The document is broken" in line


def test_documents_that_say_nothing_on_the_question_give_a_report_that_says_so(
    run: Run, docs: Path
) -> None:
    done = run("research", "How do stars collapse into black holes?", "--docs", docs, "-q")
    assert done.returncode == 0
    assert "hold no statement that answers the question" in done.stdout


# --- library ----------------------------------------------------------------------------------


def test_documents_are_added_listed_found_and_removed(run: Run, docs: Path) -> None:
    added = run("library", "add", docs, "--collection", "foods")
    assert (added.returncode, added.stdout) == (0, "")
    assert added.stderr.splitlines()[-1] == "foods: 2 added"
    assert (
        "foods: 0 added, 2 unchanged" in run("library", "add", docs, "--collection", "foods").stderr
    )

    assert run("library", "list").stdout.split()[-2:] == ["foods", "2"]
    listed = run("library", "list", "foods").stdout
    assert "Guidance on novel foods" in listed
    document = next(line.split()[0] for line in listed.splitlines() if "Guidance" in line)

    found = run("library", "search", "유전독성", "--collection", "foods")  # through the glossary
    assert "genotoxicity data" in found.stdout

    (docs / "other.md").unlink()
    assert "1 gone" in run("library", "add", docs, "--collection", "foods").stderr

    assert "1 removed" in run("library", "remove", "foods", document).stderr.replace(document, "1")
    assert run("library", "list").stdout.startswith("The library is empty")
    assert run("library", "search", "genotoxicity").returncode == 1
    assert (docs / "novel.md").is_file()


def test_added_documents_are_searched_instead_of_the_starter_library(run: Run, docs: Path) -> None:
    run("library", "add", docs)
    done = run("research", QUESTION, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")  # quiet: the report alone
    assert "Guidance on novel foods" in done.stdout
    assert "starter library" not in done.stdout


def test_no_hostile_file_stops_the_others(run: Run, docs: Path, shared_data: Path) -> None:
    done = run("library", "add", shared_data / "hostile" / "pdf", docs)
    assert done.returncode == 3
    lines = [line for line in done.stderr.splitlines() if line.startswith("not read: ")]
    assert len(lines) > 20
    assert all(line.count(": ") >= 2 for line in lines)
    for reason in ("is encrypted", "is broken", "holds no text"):
        assert any(reason in line for line in lines), reason
    assert "genotoxicity data" in run("library", "search", "genotoxicity insects").stdout


# --- config -----------------------------------------------------------------------------------


def test_config_masks_secrets(run: Run) -> None:
    secret = "sk-nobody-may-see-this"
    for form in ((), ("--json",)):
        done = run(
            *("config", *form),
            OPENAI_API_KEY=secret,
            DATABASE_URL=f"postgresql://user:{secret}@host/db",
            REDIS_URL=f"redis://:{secret}@host",
        )
        assert done.returncode == 0
        assert secret not in done.stdout + done.stderr
        assert "********" in done.stdout
    values = json.loads(run("config", "--json", VIRTUAL_LAB_ROUNDS="2").stdout)
    assert values["VIRTUAL_LAB_ROUNDS"] == "2"
    assert set(values) == {variable(name) for name in Settings.model_fields}


# --- interruption -----------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for one process")
def test_ctrl_c_ends_with_a_line_and_leaves_no_process(
    environment: dict[str, str], tmp_path: Path, docs: Path
) -> None:
    for number in range(400):
        (docs / f"{number}.md").write_text(f"# File {number}\n\nThe food {number} is safe.\n")
    process = subprocess.Popen(
        [*ENTRY, "library", "add", str(docs)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    _wait_until_indexed(tmp_path / "data" / "library.sqlite3", process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert re.fullmatch(
        r"stopped: \d+ of 402 files are done and stay; the same command goes on there",
        told.strip(),
    )
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # nobody of the group is left


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for one process")
def test_a_watched_folder_is_embedded_and_ctrl_c_ends_it(
    environment: dict[str, str], tmp_path: Path, docs: Path
) -> None:
    with ModelServer() as server:
        vectors = {
            "VIRTUAL_LAB_EMBEDDINGS": "hashed",
            "VIRTUAL_LAB_EMBEDDINGS_URL": server.base_url,
        }
        process = subprocess.Popen(
            [*ENTRY, "library", "watch", str(docs)],
            cwd=tmp_path,
            env={**environment, **vectors},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        told: list[str] = []
        giving_up = threading.Timer(PATIENCE_S, process.kill)
        giving_up.start()
        assert process.stderr
        for line in process.stderr:
            told.append(line.strip())
            if line.startswith("watching"):
                (docs / "probe.md").write_text("# Probe\n\nA probe is a food as well.\n")
            if len([line for line in told if line.endswith("embedded")]) == 2:
                break
        os.killpg(process.pid, signal.SIGINT)
        with process.stderr as stderr:
            rest, _ = stderr.read(), process.wait()
        giving_up.cancel()
    assert told == [
        "default: 2 added",
        "hashed: 2 passages embedded",
        f"watching {docs}; Ctrl-C ends it",
        f"default: added {docs / 'probe.md'} (passages: 1)",
        "hashed: 1 passage embedded",
    ]
    assert (process.returncode, rest) == (0, "ended\n")


def _wait_until_indexed(path: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the first document is in the index."""
    from virtual_lab.library.sqlite.index import Index

    while process.poll() is None:
        if path.is_file():
            index = Index(path)
            size = index.size()
            index.close()
            if size:
                return
    raise AssertionError("it ended before it could be stopped")
