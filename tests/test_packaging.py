"""The source distribution: it holds all that the repository does, and nothing of one machine."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path, PurePosixPath

import pytest
from hatchling.builders.sdist import SdistBuilder

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the source distribution, below its own folder."""
    folder = tmp_path_factory.mktemp("dist")
    archive = next(SdistBuilder(str(ROOT)).build(directory=str(folder)))
    with tarfile.open(archive) as opened:
        return {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in opened.getnames()}


def test_whoever_has_the_source_distribution_can_run_and_deploy_it(packed: set[str]) -> None:
    for name in (
        "celery_app.py",
        "server.py",
        "verify_celery.py",
        "scripts/start_worker.sh",
        "scripts/start_worker.bat",
        ".env.example",
        "CONTRIBUTING.md",
        "Makefile",
        "docs/design/README.md",
        "Dockerfile",
        "compose.yaml",
        "src/virtual_lab/report/report.html.j2",
        "src/virtual_lab/verification/claim_support_weights.json",
    ):
        assert name in packed


def test_every_file_that_git_keeps_is_in_it_and_none_besides(packed: set[str]) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so nothing says which files belong to it")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    kept = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    assert packed - kept <= {"PKG-INFO"}
    assert kept - packed == set()
