"""What the events of a run say by specialist and round."""

from __future__ import annotations

from tests.unit.web.conftest import event, events
from virtual_lab.domain import EventKind
from virtual_lab.web.board import Board


def test_lanes_and_rounds_come_from_the_events() -> None:
    board = Board.of(events("allergens"))
    assert list(board.lanes) == ["s1"]
    assert board.rounds == [1]
    cell = board.lanes["s1"].cells[1]
    assert cell.analysis
    assert len(cell.analysis.findings) == 1
    assert cell.critique
    assert cell.critique.score == 3


def test_what_a_resumed_run_tells_again_counts_once() -> None:
    told = events("allergens")
    assert Board.of([*told, *told[2:]]) == Board.of(told)


def test_events_without_data_say_nothing() -> None:
    bare = [event(kind, 0, "words") for kind in EventKind]
    assert Board.of(bare) == Board()
