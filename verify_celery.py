"""The deployment check: real tasks through broker and worker. ``python verify_celery.py``

Where no broker or worker runs, an embedded one is started for the check. The output is plain
ASCII, because a Windows console prints nothing else reliably. The exit status is 0 or 1.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from virtual_lab.domain import Question
from virtual_lab.errors import BrokerError, VirtualLabError
from virtual_lab.jobs.app import make_app
from virtual_lab.jobs.broker import Broker
from virtual_lab.jobs.command import worker_command
from virtual_lab.jobs.queue import RunQueue
from virtual_lab.logs import set_up_logs
from virtual_lab.settings import load_settings

QUERY = "What does a safety assessment of food from new genomic techniques look at?"
WORKER_START_S = 60.0
RUN_S = 300.0


def main() -> int:
    """Check everything; gives the exit status."""
    try:
        settings = load_settings()
        set_up_logs(settings.model_copy(update={"log_level": "error"}))
        with RunQueue(settings) as queue, contextlib.ExitStack() as stack:
            check_broker(queue.broker)
            if not worker_answers(queue):
                stack.enter_context(own_worker(queue))
            check_health(queue)
            check_run(queue)
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


def worker_answers(queue: RunQueue) -> bool:
    """Whether a worker runs already."""
    try:
        queue.check_worker(timeout_s=3)
    except BrokerError:
        say("..", "no worker runs; starting one for this check")
        return False
    return True


@contextlib.contextmanager
def own_worker(queue: RunQueue) -> Iterator[None]:
    """A worker that runs as long as the check does."""
    with tempfile.TemporaryFile() as output:
        worker = subprocess.Popen(worker_command(concurrency=1), stdout=output, stderr=output)
        try:
            await_worker(queue, worker)
            yield
        finally:
            worker.terminate()
            worker.wait(WORKER_START_S)


def await_worker(queue: RunQueue, worker: subprocess.Popen[bytes]) -> None:
    """Wait until the worker answers."""
    until = time.monotonic() + WORKER_START_S
    while worker.poll() is None and time.monotonic() < until:
        with contextlib.suppress(BrokerError):
            queue.check_worker(timeout_s=2)
            return
    raise VirtualLabError('the worker did not start; see what "celery -A celery_app worker" says')


def check_health(queue: RunQueue) -> None:
    """The task tasks.health_check, as any client of Celery sends it."""
    result = make_app(queue.broker.url).send_task("tasks.health_check")
    say("OK", f"tasks.health_check says: {result.get(timeout=30)['message']}")


def check_run(queue: RunQueue) -> None:
    """The task tasks.run_research; without a model, so that it costs nothing."""
    run = queue.store.runs.submit(Question(topic=QUERY, model="none", rounds=1), start_in_s=RUN_S)
    result = make_app(queue.broker.url).send_task("tasks.run_research", [QUERY], task_id=run.id)
    states = []
    until = time.monotonic() + RUN_S
    while not result.ready() and time.monotonic() < until:
        if result.state not in states:
            states.append(result.state)
        time.sleep(0.01)
    answer = result.get(timeout=1)
    say("OK", f"tasks.run_research went through {', '.join([*states, result.state])}")
    say("OK", f"status {answer['status']}, report of {len(answer['report'])} characters")


def say(mark: str, words: str) -> None:
    """Print one line in plain ASCII."""
    line = f"[{mark}] {words}"
    print(line.encode("ascii", "backslashreplace").decode("ascii"), flush=True)


if __name__ == "__main__":
    sys.exit(main())
