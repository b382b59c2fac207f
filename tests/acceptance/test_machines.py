"""Several machines: data folders of their own, one PostgreSQL and one broker."""

from __future__ import annotations

from pathlib import Path

import psycopg

from tests.acceptance.processes import processes_in, wait_for
from tests.acceptance.service import TOPIC, Service
from virtual_lab.domain import Question
from virtual_lab.jobs.dispatch.run_queue import RunQueue
from virtual_lab.jobs.run_log import open_store
from virtual_lab.store import RunState


def test_another_machine_finishes_a_run_without_repeating_its_steps(
    tmp_path: Path, postgres_url: str
) -> None:
    with (
        processes_in(tmp_path / "one") as one,
        processes_in(tmp_path / "two") as two,
        RunQueue(one.settings) as embedded,
    ):
        embedded.broker.start()
        for machine in (one, two):
            machine.environment |= {"DATABASE_URL": postgres_url, "REDIS_URL": embedded.broker.url}
        with RunQueue(one.settings) as queue:
            first, second = Service(one, queue), Service(two, queue)
            worker = first.start_worker("--concurrency=1")
            asked = Question(topic=TOPIC, constraints="0.2", model="none")
            run_id = queue.submit(asked).id
            first.wait_for_call(run_id, "critique")
            one.kill(worker)
            done = first.calls(run_id, "end")
            second.start_worker("--concurrency=1")
            run = second.wait_for_state(run_id)
            assert (run.state, run.attempt) == (RunState.SUCCESS, 2)
            again = second.calls(run_id, "begin")
            assert again
            assert not {"plan", *(call for call in done if call.startswith("analyse"))} & set(again)
            report = queue.store.reports.get(run_id).report
            assert report.coverage.statements_verified > 0

    assert not list((tmp_path / "two").glob("*.sqlite3"))
    with psycopg.connect(postgres_url) as connection:
        left = connection.execute("SELECT count(*) FROM checkpoints.checkpoints").fetchone()
    assert left == (0,)


def test_a_worker_with_another_database_leaves_the_run_to_the_right_one(tmp_path: Path) -> None:
    with (
        processes_in(tmp_path / "one") as one,
        processes_in(tmp_path / "two") as two,
        RunQueue(one.settings) as queue,
    ):
        queue.broker.start()
        two.environment |= {"REDIS_URL": queue.broker.url}
        right, wrong = Service(one, queue), Service(two, queue)
        mistaken = wrong.start_worker("--concurrency=1")
        run_id = right.submit(0.0)
        log = two.log("worker")
        wait_for(lambda: "not in the database of this worker" in log.read_text("utf-8"), "a word")
        assert run_id in log.read_text("utf-8")
        assert queue.store.runs.get(run_id).state is RunState.PENDING
        with open_store(two.settings) as other:
            assert not any(other.runs.counts().values()), "it was done for nobody"
        # As long as it is there, it may be the one that is given the next message too.
        two.end(mistaken)
        right.start_worker("--concurrency=1")
        assert right.wait_for_state(run_id).state is RunState.SUCCESS
        assert wrong.calls(run_id, "begin") == []
