"""Without a network a run goes on from the library within three seconds, and says so."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from virtual_lab.bootstrap.lab import open_lab
from virtual_lab.domain import Question
from virtual_lab.settings import Settings, variable
from virtual_lab.sources.http.client import CONNECT_TIMEOUT_S

WAIT_S = 3.0
TOPIC = "Which foods need a novel food authorisation?"
PAGE = "https://www.efsa.europa.eu/en/page"
HOSTS = (
    "api.openalex.org",
    "www.ebi.ac.uk",
    "api.crossref.org",
    "api.semanticscholar.org",
    "export.arxiv.org",
    "en.wikipedia.org",
    "www.efsa.europa.eu",
)


def unreachable(lines: Sequence[str]) -> set[str]:
    """The hosts that a report says could not be reached."""
    said = ": The host cannot be reached: "
    return {line.partition(said)[2] for line in lines if said in line}


def test_a_command_in_a_system_without_any_network(tmp_path: Path) -> None:
    alone = ("unshare", "--map-root-user", "--net")
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("a process without a network cannot be started here")
    program = (sys.executable, "-c", "from virtual_lab.cli import main; main()")
    report = tmp_path / "report.json"
    done = subprocess.run(
        [
            *(*alone, *program, "research", TOPIC),
            *("--sources", "all", "--url", PAGE, "--out", str(report)),
        ],
        env={
            **os.environ,
            **{variable(name): "" for name in Settings.model_fields},
            "VIRTUAL_LAB_DATA_DIR": str(tmp_path / "data"),
            "PYTHONUTF8": "1",
        },
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    written = json.loads(report.read_text("utf-8"))
    assert unreachable(written["coverage"]["sources_failed"]) == set(HOSTS)
    assert written["references"]
    assert {source["kind"] for source in written["references"]} == {"primer"}


@pytest.mark.parametrize("silent", ["resolver", "network"])
def test_a_network_that_swallows_everything(
    silent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody says that there is no network: names are not answered, or connections are not.

    The time is that of one attempt for each host, all at once: it is the attempts that are counted,
    because a busy machine may be late.
    """
    assert CONNECT_TIMEOUT_S < WAIT_S
    over = Event()
    attempts: Counter[str] = Counter()

    def no_answer(host: str, *args: object, **options: object) -> list[object]:
        attempts[host] += 1
        over.wait()
        raise OSError("no answer")

    def nowhere(host: str, port: int, **options: object) -> list[object]:
        attempts[host] += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    async def no_connection(*args: object, **options: object) -> None:
        await asyncio.Event().wait()

    if silent == "resolver":
        monkeypatch.setattr("socket.getaddrinfo", no_answer)
    else:
        monkeypatch.setattr("socket.getaddrinfo", nowhere)
        monkeypatch.setattr("anyio.connect_tcp", no_connection)
    settings = Settings(_env_file=None, data_dir=tmp_path, sources="all", model="none")
    question = Question(topic=TOPIC, rounds=1, urls=(PAGE,), collections=("starter",))

    async def run() -> tuple[str, ...]:
        async with open_lab(settings, question) as lab:
            report = await lab.research(question)
        assert report.findings()
        return report.coverage.sources_failed

    try:
        assert unreachable(asyncio.run(run())) >= set(HOSTS)
        assert attempts == Counter(HOSTS)
    finally:
        over.set()
