"""The real worker, which a test can hold: its calls of the analyst wait while the file says so.

The file "hold" in the data folder names the calls that wait, such as "critique"; a run goes on as
soon as the file is gone.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.browser.hold import HOLD
from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.jobs.worker.lifecycle import app
from virtual_lab.settings import load_settings

__all__ = ["app"]

Method = Callable[..., Awaitable[Any]]


def _holding(name: str, method: Method) -> Method:
    async def call(self: ExtractiveAnalyst, task: object) -> object:
        while name in _held(load_settings().data_dir / HOLD):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # another process takes the file away
        return await method(self, task)

    return call


def _held(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []


assert "pytest" not in sys.modules, "this changes the analyst of its whole process"

for _name in ("plan", "analyse", "critique", "summarise", "synthesise"):
    setattr(ExtractiveAnalyst, _name, _holding(_name, getattr(ExtractiveAnalyst, _name)))
