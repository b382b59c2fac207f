"""Runs from the database alone: listed, shown, watched, cancelled, resumed."""

from __future__ import annotations

import json
import time

import pytest

from tests.unit.cli.conftest import TOPIC, Command, begin, finish, submit
from virtual_lab.errors import TimeLimitError
from virtual_lab.settings import load_settings
from virtual_lab.store import RunState, Store


def test_an_empty_list_says_so(command: Command) -> None:
    assert command("runs", "list") == (0, "", "There is no run yet.\n")
    assert (
        command("runs", "watch").err == "virtual-lab: There is no such thing: there is no run yet\n"
    )


def test_runs_are_listed_the_newest_first_with_their_whole_ids(
    command: Command, store: Store
) -> None:
    first = submit(store)
    time.sleep(0.005)  # the clock of SQLite counts milliseconds
    ids = [first, submit(store, "두 번째\n질문")]
    begin(store, ids[0])
    rows = [line.split("\t") for line in command("runs", "list").out.splitlines()]
    assert [row[:3] for row in rows] == [[ids[1], "pending", ""], [ids[0], "progress", "1/9"]]
    assert [row[4] for row in rows] == ["두 번째 질문", TOPIC]
    only = command("runs", "list", "--status", "progress").out
    assert ids[0] in only
    assert ids[1] not in only


def test_a_list_that_goes_on_says_so(command: Command, store: Store) -> None:
    submit(store)
    submit(store)
    outcome = command("runs", "list", "--limit", "1")
    assert outcome.out.count("\n") == 1
    assert "--limit" in outcome.err


def test_a_run_is_shown_for_people_and_for_programs(command: Command, store: Store) -> None:
    run_id = submit(store)
    store.leases.fail(begin(store, run_id), TimeLimitError())
    shown = command("runs", "show", run_id).out
    assert "Status      failure\n" in shown
    assert f"Question    {TOPIC}\n" in shown
    record = json.loads(command("runs", "show", run_id, "--json").out)
    assert record["task_id"] == run_id
    assert record["status"] == "failure"
    assert record["progress"]["current"] == 1
    assert record["error"] == store.runs.get(run_id).error.message  # type: ignore[union-attr]
    assert json.loads(command("runs", "list", "--json").out) == [record]


def test_a_run_is_watched_to_its_end(command: Command, store: Store) -> None:
    run_id = submit(store)
    finish(store, run_id)
    outcome = command("runs", "watch")
    assert outcome.status == 0
    assert [line.split("  ")[-1] for line in outcome.out.splitlines()] == [
        "Team: two specialists",
        "The report is ready.",
    ]
    assert f"virtual-lab report show {run_id}" in outcome.err
    lines = command("runs", "watch", run_id, "--json").out.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2]


def test_what_happens_while_it_is_watched_is_shown(
    command: Command, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = submit(store)
    monkeypatch.setattr(time, "sleep", lambda seconds: finish(store, run_id))
    assert "The report is ready." in command("runs", "watch", run_id).out


def test_a_run_that_failed_has_its_exit_status(command: Command, store: Store) -> None:
    run_id = submit(store)
    store.leases.fail(begin(store, run_id), TimeLimitError("55 minutes"))
    outcome = command("runs", "watch", run_id)
    assert outcome.status == 1
    assert "55 minutes" in outcome.err
    assert f"virtual-lab runs resume {run_id}" in outcome.err


def test_ctrl_c_ends_the_watching_and_not_the_run(
    command: Command, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    run_id = submit(store)
    monkeypatch.setattr(time, "sleep", interrupt)
    outcome = command("runs", "watch", run_id)
    assert outcome.status == 130
    assert "The run goes on" in outcome.err
    assert store.runs.get(run_id).state is RunState.PENDING


def test_a_run_that_waits_is_cancelled_and_resumed(command: Command, store: Store) -> None:
    run_id = submit(store)
    assert command("runs", "cancel", run_id) == (0, "", "Cancelled.\n")
    assert store.runs.get(run_id).state is RunState.CANCELLED
    assert command("runs", "watch", run_id).status == 1
    assert command("runs", "resume", run_id).status == 0
    assert store.runs.get(run_id).state is RunState.PENDING


def test_a_run_that_works_is_told_to_stop(command: Command, store: Store) -> None:
    run_id = submit(store)
    begin(store, run_id)
    assert "told to stop" in command("runs", "cancel", run_id).err
    assert "cancel requested" in command("runs", "show", run_id).out


@pytest.mark.parametrize("name", ["show", "watch", "cancel", "resume"])
def test_an_unknown_run_is_one_line(command: Command, name: str) -> None:
    assert command("runs", name, "nope") == (
        1,
        "",
        "virtual-lab: There is no such thing: run nope\n",
    )


def test_what_the_state_does_not_allow_is_one_line(command: Command, store: Store) -> None:
    run_id = submit(store)
    finish(store, run_id)
    for name in ("cancel", "resume"):
        outcome = command("runs", name, run_id)
        assert outcome.status == 1
        assert outcome.err.startswith("virtual-lab: The state of the run does not allow this")


def test_what_would_be_pruned_is_told_and_then_done(
    command: Command, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = submit(store)
    store.runs.cancel(run_id)
    assert json.loads(command("runs", "prune", "--json").out)["runs"] == 0
    monkeypatch.setenv("VIRTUAL_LAB_KEEP_RUNS_DAYS", "0.0000001")
    load_settings.cache_clear()
    told = command("runs", "prune", "--dry-run")
    assert "Nothing was deleted" in told.err
    assert told.out.splitlines()[1].split() == ["runs", "1"]
    assert store.runs.get(run_id)
    assert command("runs", "prune").err == "Deleted.\n"
    assert store.runs.list().items == ()
