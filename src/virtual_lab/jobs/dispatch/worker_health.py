"""The health of the worker, checked by a real task through the broker in bounded time."""

from __future__ import annotations

import time
from uuid import uuid4

import redis
from celery import Celery, states

from virtual_lab.errors import BrokerDownError, WorkerSilentError
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.dispatch.publisher import Publisher

HEALTH_CHECK = "tasks.health_check"
_POLL_S = 0.02
_PING_S = 1.0


def check_worker(app: Celery, broker: Broker, timeout_s: float = 5.0) -> dict[str, str]:
    """The answer of a worker to the task ``tasks.health_check``.

    Where all children of the worker are busy with runs, an answer of its parent counts as well.

    Raises:
        BrokerDownError: within three seconds, where the broker is down or frozen.
        WorkerSilentError: within ``timeout_s``, where no worker answers.
    """
    until = time.monotonic() + timeout_s - _PING_S - 0.5
    broker.check()
    task_id = str(uuid4())
    with Publisher(app, broker) as publisher:
        publisher.send(HEALTH_CHECK, task_id, expires_s=timeout_s)
    answer = _await_result(app, broker, task_id, until)
    if answer is None and not app.control.ping(timeout=_PING_S):
        raise WorkerSilentError("service.worker_silent", broker=broker)
    return answer or {"status": "ok", "message": "Celery worker is running"}


def _await_result(app: Celery, broker: Broker, task_id: str, until: float) -> dict[str, str] | None:
    key = app.backend.get_key_for_task(task_id)
    try:
        with broker.client() as client:
            while time.monotonic() < until:
                found = client.get(key)
                if found:
                    meta = app.backend.decode_result(found)
                    if meta["status"] == states.SUCCESS:
                        answer: dict[str, str] = meta["result"]
                        return answer
                time.sleep(_POLL_S)
    except (redis.RedisError, OSError) as error:
        raise BrokerDownError("service.broker", broker=broker, problem=error) from None
    return None
