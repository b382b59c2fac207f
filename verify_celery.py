"""The deployment check: real tasks through broker and worker. ``python verify_celery.py``

Where no broker or worker runs, an embedded one is started for the check; both end with
it, also where a signal ends it. The output is plain
ASCII, because a Windows console prints nothing else reliably. The exit status is 0 or 1.
"""

from __future__ import annotations

import sys
import time

from celery.result import AsyncResult

from virtual_lab.cli.supervisor import Supervisor
from virtual_lab.domain import Question
from virtual_lab.errors import BrokerError, ServiceError, VirtualLabError
from virtual_lab.jobs.app import make_app
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.dispatch.run_queue import RunQueue
from virtual_lab.jobs.worker.command import worker_command
from virtual_lab.logs import set_up_logs
from virtual_lab.settings import load_settings

QUERY = "What does a safety assessment of food from new genomic techniques look at?"
WORKER_START_S = 60.0
WORKER_STOP_S = 35.0
HEALTH_S = 30.0
RUN_S = 300.0


def main() -> int:
    """Check everything; gives the exit status."""
    try:
        settings = load_settings()
        set_up_logs(settings.model_copy(update={"log_level": "error"}))
        supervisor = Supervisor(lambda line: say("..", line), WORKER_STOP_S)
        with RunQueue(settings) as queue, supervisor.on_duty():
            return check(queue, supervisor)
    except VirtualLabError as error:
        say("FAIL", str(error))
        return 1


def check(queue: RunQueue, supervisor: Supervisor) -> int:
    """Check a queue; gives the exit status.

    Errors end here, while the broker runs: Celery asks it once more when a result is forgotten.
    """
    try:
        check_broker(queue.broker)
        if not worker_answers(queue):
            start_worker(queue, supervisor)
        check_health(queue, supervisor)
        check_run(queue, supervisor)
    except VirtualLabError as error:
        say("FAIL", str(error))
        return 1
    say("OK", "everything works")
    return 0


def check_broker(broker: Broker) -> None:
    """Start the broker where it is embedded, and see that it answers."""
    broker.start()
    broker.check()
    say("OK", f"broker answers: {broker}")


def worker_answers(queue: RunQueue, timeout_s: float = 3.0) -> bool:
    """Whether a worker runs."""
    try:
        queue.check_worker(timeout_s)
    except BrokerError:
        return False
    return True


def start_worker(queue: RunQueue, supervisor: Supervisor) -> None:
    """Start a worker that runs as long as the check does, and wait until it answers."""
    stop_where_asked(supervisor)
    say("..", "no worker runs; starting one for this check")
    supervisor.add("worker", worker_command(concurrency=1), is_quiet=True)
    try:
        supervisor.await_ready(lambda: worker_answers(queue, 2.0), WORKER_START_S)
    except ServiceError:
        raise VirtualLabError(
            'the worker did not start; see what "celery -A celery_app worker" says'
        ) from None


def check_health(queue: RunQueue, supervisor: Supervisor) -> None:
    """The task tasks.health_check, as any client of Celery sends it."""
    result = make_app(queue.broker.url).send_task("tasks.health_check")
    await_result(result, supervisor, HEALTH_S)
    say("OK", f"tasks.health_check says: {result.get(timeout=1)['message']}")


def check_run(queue: RunQueue, supervisor: Supervisor) -> None:
    """The task tasks.run_research; without a model, so that it costs nothing."""
    run = queue.store.runs.submit(Question(topic=QUERY, model="none", rounds=1), start_in_s=RUN_S)
    result = make_app(queue.broker.url).send_task("tasks.run_research", [QUERY], task_id=run.id)
    states = await_result(result, supervisor, RUN_S)
    answer = result.get(timeout=1)
    say("OK", f"tasks.run_research went through {', '.join([*states, result.state])}")
    say("OK", f"status {answer['status']}, report of {len(answer['report'])} characters")


def await_result(result: AsyncResult, supervisor: Supervisor, patience_s: float) -> list[str]:
    """Wait until a task has ended; gives the states that it was seen in before.

    Raises:
        VirtualLabError: a signal came first, or it takes longer than ``patience_s`` seconds.
    """
    states: list[str] = []
    until = time.monotonic() + patience_s
    while not result.ready():
        stop_where_asked(supervisor)
        if time.monotonic() > until:
            raise VirtualLabError(f"the task did not end within {patience_s:.0f} s")
        if result.state not in states:
            states.append(result.state)
        time.sleep(0.01)
    return states


def stop_where_asked(supervisor: Supervisor) -> None:
    """Raises:
    VirtualLabError: a signal has come.
    """
    if supervisor.is_asked_to_stop:
        raise VirtualLabError("stopped by a signal; what was started for the check is ended")


def say(mark: str, words: str) -> None:
    """Print one line in plain ASCII."""
    line = f"[{mark}] {words}"
    print(line.encode("ascii", "backslashreplace").decode("ascii"), flush=True)


if __name__ == "__main__":
    sys.exit(main())
