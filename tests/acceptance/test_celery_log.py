"""The log of a worker says nothing of a question, at its most talkative too."""

from __future__ import annotations

from celery import Celery

from tests.acceptance.processes import Processes, wait_for
from virtual_lab.jobs.broker.broker import Broker

WORD = "zebrafish"
QUESTION = f"Which foods does a {WORD} eat?"


def test_no_line_tells_a_question(processes: Processes) -> None:
    processes.start_worker(
        "--concurrency=1", "--loglevel=DEBUG", name="worker", VIRTUAL_LAB_LOG_LEVEL="debug"
    )
    log = processes.log("worker")
    url = Broker(processes.settings).url
    with Celery(broker=url, backend=url, set_as_current=False) as client:
        done = client.send_task("tasks.run_research", [QUESTION])
        assert done.get(timeout=60)["query"] == QUESTION
        for task, args, kwargs in (
            ("tasks.run_research", [QUESTION * 99], {}),
            ("tasks.run_research", [QUESTION, QUESTION], {}),
            ("tasks.run_research", [], {"question": QUESTION}),
            ("tasks.run_research", [[QUESTION]], {}),
        ):
            client.send_task(task, args, kwargs).get(timeout=60, propagate=False)
        client.send_task("tasks.no_such_task", [QUESTION])
        client.send_task("tasks.run_research", [QUESTION], eta="never")
        with client.producer_or_acquire() as producer:
            for body, kind in ((QUESTION, "text/plain"), (QUESTION, "application/json")):
                producer.publish(
                    body,
                    routing_key="celery",
                    content_type=kind,
                    content_encoding="utf-8",
                    headers={"argsrepr": QUESTION},
                )
        client.send_task("tasks.health_check").get(timeout=60)

    def has_told() -> bool:
        text = log.read_text(encoding="utf-8")
        told = ("unregistered task", "Can't decode", "succeeded in", "TaskPool: Apply")
        return all(words in text for words in told)

    wait_for(has_told, "the lines", 10)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert "tasks.no_such_task" in "".join(lines)
    assert [line[:500] for line in lines if WORD in line] == []
