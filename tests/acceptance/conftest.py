"""What the acceptance tests share: real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import Processes, processes_in


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Real processes in a data folder of their own."""
    with processes_in(tmp_path / "data") as started:
        yield started
