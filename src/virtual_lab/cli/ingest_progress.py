"""The progress of adding files: a bar on a terminal, else a line every few seconds."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import typer

from virtual_lab.cli.screen import stderr

if TYPE_CHECKING:
    from types import FrameType

    from rich.progress import Progress, TaskID

    from virtual_lab.documents.sandbox import DocumentReader
    from virtual_lab.library.ingest import IngestStep
    from virtual_lab.settings import Settings

_LINE_PERIOD_S = 5.0
_MOST_PROCESSES = 8


class IngestProgress:
    """Shows the steps of ``add_paths``, which calls it with each step."""

    def __init__(self, bar: Progress | None) -> None:
        self._bar = bar
        self._task: TaskID | None = None
        self._started = self._last_line_at = time.monotonic()
        self.last: IngestStep | None = None

    def __call__(self, step: IngestStep) -> None:
        """Show one step."""
        self.last = step
        now = time.monotonic()
        speed = f"{step.pages / max(now - self._started, 0.001):.0f} pages/s"
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task("", total=step.total, speed="", name="")
            self._bar.update(self._task, completed=step.done, speed=speed, name=step.path.name)
        elif now - self._last_line_at >= _LINE_PERIOD_S:
            self._last_line_at = now
            typer.echo(f"{step.done}/{step.total} files, {speed}: {step.path.name}", err=True)


@contextmanager
def shown_ingest(reader: DocumentReader) -> Iterator[IngestProgress]:
    """Show the progress of the files that ``reader`` reads in the block.

    Ctrl-C ends the command after the current file was stored, with a line that says how many files
    are done; a second Ctrl-C ends it at once.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from virtual_lab.documents.sandbox import ReaderClosedError

    console = stderr()
    bar = None
    if console.is_terminal:
        name = TextColumn("{task.fields[name]}", markup=False)
        speed = TextColumn("{task.fields[speed]}")
        bar = Progress(
            BarColumn(), MofNCompleteColumn(), speed, name, console=console, transient=True
        )
    shown = IngestProgress(bar)
    try:
        with bar or nullcontext(), ctrl_c_calls(reader.close):
            yield shown
    except (KeyboardInterrupt, ReaderClosedError):
        done, total = (shown.last.done, shown.last.total) if shown.last else (0, 0)
        typer.echo(
            f"stopped: {done} of {total} files are done and stay; the same command goes on there",
            err=True,
        )
        # typer.Exit(130) would make the command line show a second message.
        raise SystemExit(130) from None


@contextmanager
def ctrl_c_calls(stop: Callable[[], None]) -> Iterator[None]:
    """In the block, the first Ctrl-C calls ``stop``, and only a second raises KeyboardInterrupt.

    An exception at any line could leave a transaction open or a lock held. If the block ends
    without an error after a Ctrl-C, KeyboardInterrupt is raised at its end.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # Ignored: a background job of a shell.
        yield
        return
    pressed = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, before)
        stop()

    signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


def reader_of(settings: Settings) -> DocumentReader:
    """A reader for many files, with a process for each core but one, which writes the index."""
    from virtual_lab.documents.sandbox import DocumentReader

    processes = min(max(1, (os.cpu_count() or 2) - 1), _MOST_PROCESSES)
    return DocumentReader(settings.read_timeout_s, settings.max_document_mb << 20, processes)
