"""What each fault came to: state, calls paid, time to recover; shown at the end, kept as JSON.

``python -m tests.faults.recording FILE`` prints what was kept as the table of
docs/reliability.md.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from virtual_lab.store import StoredRun

FILE = "VIRTUAL_LAB_FAULTS_JSON"
"""The variable that names the file which the records are written to."""


class Record(NamedTuple):
    """One fault: of which test, how its run ended, the calls that the endpoint answered, how many
    an undisturbed run takes, and the seconds until the run was worked on again."""

    test: str
    state: str
    paid: int
    undisturbed: int
    recovered_s: float | None


class Recorder:
    """Collects the records of a session."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def lines(self) -> list[str]:
        """The records as a table."""
        width = max(len(record.test) for record in self.records)
        head = f"{'fault':{width}}  {'state':9}  paid/plain  recovered"
        return [head, *(self._line(record, width) for record in self.records)]

    def write(self) -> None:
        """Keep the records where ``FILE`` names a file."""
        if name := os.environ.get(FILE):
            kept = [record._asdict() for record in self.records]
            Path(name).write_text(json.dumps(kept, indent=1), encoding="utf-8")

    @staticmethod
    def _line(record: Record, width: int) -> str:
        recovered = "-" if record.recovered_s is None else f"{record.recovered_s:.1f} s"
        calls = f"{record.paid}/{record.undisturbed}"
        return f"{record.test:{width}}  {record.state:9}  {calls:>10}  {recovered:>9}"


class Note:
    """Records what the fault of one test came to."""

    def __init__(self, recorder: Recorder, test: str, undisturbed: int) -> None:
        self._recorder = recorder
        self._test = test
        self.undisturbed = undisturbed

    def __call__(self, run: StoredRun, paid: int, recovered_s: float | None = None) -> None:
        """Record one run of the test."""
        state = run.state.value
        record = Record(self._test, state, paid, self.undisturbed, recovered_s)
        self._recorder.records.append(record)


def table(records: Iterable[Record]) -> list[str]:
    """The records in Markdown, one row for each fault and store."""
    rows = defaultdict(list)
    for record in records:
        name = record.test.partition("[")[0]
        store = "PostgreSQL" if "postgresql" in record.test else "SQLite"
        rows[name.removeprefix("test_").replace("_", " "), store].append(record)
    head = ["| fault | store | runs | state | calls | seconds |", "| --- " * 6 + "|"]
    return head + [_row(*key, rows[key]) for key in sorted(rows)]


def _row(fault: str, store: str, records: list[Record]) -> str:
    states = ", ".join(sorted({record.state for record in records}))
    paid = " or ".join(str(number) for number in sorted({record.paid for record in records}))
    took = [record.recovered_s for record in records if record.recovered_s is not None]
    seconds = dict.fromkeys(f"{found:.1f}" for found in (min(took), max(took))) if took else ()
    cells = (fault, store, len(records), states, f"{paid} of {records[0].undisturbed}")
    return f"| {' | '.join(map(str, cells))} | {' to '.join(seconds)} |"


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print("\n".join(table(Record(**record) for record in found)))
