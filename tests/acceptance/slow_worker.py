"""The real worker, in slow motion: every call of the analyst takes a while, and is written down.

How long, in seconds, is what the constraints of a question begin with. The file "calls" in the
data folder gets a line at the beginning and at the end of each call. A question about ``DEADLY``
kills the process that works on it, every time.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from virtual_lab.analysts.analyst import Assignment, Inquiry
from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.domain import Question
from virtual_lab.jobs.worker.lifecycle import app
from virtual_lab.settings import load_settings

__all__ = ["app"]

DEADLY = "nightshade"

Method = Callable[..., Awaitable[Any]]


def _slow(name: str, method: Method) -> Method:
    async def call(self: ExtractiveAnalyst, task: object) -> object:
        who = f" {task.specialist.id} {task.round}" if isinstance(task, Assignment) else ""
        question = _question(task)
        _note(f"begin {name}{who}")
        if DEADLY in question.topic:
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(float(question.constraints.split()[0]))
        result = await method(self, task)
        _note(f"end {name}{who}")
        return result

    return call


def _question(task: Any) -> Question:
    first = task[0] if isinstance(task, Sequence) else task
    inquiry: Inquiry = first if isinstance(first, Inquiry) else first.inquiry
    return inquiry.question


def _note(line: str) -> None:
    run_id = structlog.contextvars.get_contextvars()["run_id"]
    with (load_settings().data_dir / "calls").open("a", encoding="utf-8") as file:
        file.write(f"{run_id} {line}\n")


for _name in ("plan", "analyse", "critique", "summarise", "synthesise"):
    setattr(ExtractiveAnalyst, _name, _slow(_name, getattr(ExtractiveAnalyst, _name)))
