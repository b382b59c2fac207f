"""A package that adds a reader, a provider and an exporter, without a line of the core changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.acceptance.api_server import ApiServer
from tests.acceptance.processes import Processes

TOY = Path(__file__).with_name("toy_package")
QUESTION = "Which foods need an authorisation in the EU?"
TEXT = "TOY1\nPlayful foods need an authorisation in the EU before they are sold to consumers."
KEY = {"TOY_KEY": "k"}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of an environment with the toy package, which sees the packages of this one."""
    pytest.importorskip("pip", reason="the toy package is installed with pip")
    folder = tmp_path_factory.mktemp("toy")
    project = shutil.copytree(TOY, folder / "project")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    names = {"base": str(folder / "env"), "platbase": str(folder / "env")}
    site = Path(sysconfig.get_path("purelib", "venv", names))
    here = sysconfig.get_path("purelib")
    (site / "here.pth").write_text(f"import site; site.addsitedir({here!r})\n", "utf-8")
    scripts = Path(sysconfig.get_path("scripts", "venv", names))
    made = scripts / ("python.exe" if sys.platform == "win32" else "python")
    offline = ("--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    done = subprocess.run(
        [str(made), "-m", "pip", "install", "--quiet", *offline, str(project)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return str(made)


def test_a_run_of_the_command_line(python: str, processes: Processes, tmp_path: Path) -> None:
    (tmp_path / "foods.toy").write_text(TEXT, "utf-8")
    target = tmp_path / "report.toy"
    cli = (python, "-m", "virtual_lab.cli")
    options = ("--docs", str(tmp_path / "foods.toy"), "--sources", "toy", "--out", str(target))
    done = processes.run(*cli, "research", QUESTION, *options, **KEY)
    assert done.returncode == 0, done.stderr
    written = target.read_text("utf-8")
    assert "toy: Playful foods need an authorisation" in written
    assert "toy: Toy foods need a toy authorisation" in written

    helped = processes.run(*cli, "research", "--help", COLUMNS="300").stdout
    assert "toy file" in helped
    assert ".toy" in helped


def test_broken_ones_are_named_and_the_rest_works(python: str, processes: Processes) -> None:
    done = processes.run(python, "-m", "virtual_lab.cli", "doctor", "--json")
    (check,) = (c for c in json.loads(done.stdout) if c["name"] == "plugins")
    assert check["outcome"] == "note"
    for words in (
        'virtual_lab.readers: "broken" of the package toy-lab',
        "No module named 'toy_lab_that_is_missing'",
        '"openalex" is declared by pjt-virtual-lab already',
        "toy_lab:NO_DECLARATION is a str",
    ):
        assert words in check["found"]


def test_the_api_and_the_pages(
    python: str, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", python)  # what the processes are started with
    processes.environment |= KEY
    processes.start_worker("--concurrency=2")
    with ApiServer(processes) as api:
        files = {"files": ("foods.toy", TEXT.encode())}
        answer = api.http.post("/api/library/collections/toys/documents", files=files)
        assert answer.status_code == 201, answer.text
        task = api.submit(QUESTION, collections=["toys"], sources=["toy"], model="none")
        assert api.wait_for_end(task)["status"] == "success"
        report = api.http.get(f"/api/reports/{task}.toy")
        assert report.headers["content-type"].startswith("text/x-toy")
        assert "toy: Playful foods" in report.text
        assert "toy: Toy foods" in report.text
        refused = api.http.post("/api/research/async", json={"query": "q", "sources": ["no"]})
        assert "'searxng' or 'toy'" in refused.text

        schema = api.http.get("/openapi.json").json()
        assert "/api/reports/{report_id}.toy" in schema["paths"]
        assert '"searxng", "toy"]' in json.dumps(schema)
        assert "text or toy file." in json.dumps(schema)

        page = api.http.get("/", headers={"Accept-Language": "ko"}).text
        assert '.text,.toy"' in page
        assert "장난감 파일" in page
        assert 'value="toy"' in page
        assert "Toy Search" in page
        assert f'/api/reports/{task}.toy?version=1" download="report.toy">Toy quotes' in (
            api.http.get(f"/reports/{task}").text
        )
