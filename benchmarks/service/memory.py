"""The memory of workers (Linux)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

_SAMPLE_S = 0.5  # a look takes some milliseconds from what is measured


@contextmanager
def sampled(sample: Callable[[], list[float]]) -> Iterator[list[list[float]]]:
    """What ``sample`` gives from time to time, while inside."""
    taken: list[list[float]] = []
    ended = Event()

    def run() -> None:
        while not ended.wait(_SAMPLE_S):
            taken.append(sample())

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield taken
    finally:
        ended.set()
        thread.join()


def pss_mb(worker: int | None) -> list[float]:
    """The PSS of every child of a worker (of all that can be seen where None), in megabytes."""
    seen = _processes()
    celery = {pid for pid, (_, words) in seen.items() if "celery" in words}
    parents = celery if worker is None else {worker}
    sizes = []
    for pid in celery:
        if seen[pid][0] not in parents:
            continue
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        line = next(line for line in text.splitlines() if line.startswith("Pss:"))
        sizes.append(round(int(line.split()[1]) / 1024, 1))
    return sizes


def _processes() -> dict[int, tuple[int, str]]:
    """Parent and command line of every process that can be seen."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
        except (OSError, UnicodeDecodeError):
            continue
        found[int(folder.name)] = (int(parent), words)
    return found
