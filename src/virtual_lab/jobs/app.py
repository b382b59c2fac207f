"""The Celery app: its settings, and the task names that other Celery clients rely on."""

from __future__ import annotations

from celery import Celery

from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.broker.transport import use_transport
from virtual_lab.jobs.dispatch.publisher import RUN_RESEARCH
from virtual_lab.settings import load_settings

SOFT_LIMIT_S = 3300
HARD_LIMIT_S = 3600

_NEW_RUN_PRIORITY = 3  # See ``StoredRun.urgency``.

_SOCKET_LIMITS_S = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
}


def make_app(url: str) -> Celery:
    """The app on the broker at ``url``, which keeps the results too."""
    use_transport()
    app = Celery("virtual_lab", broker=url, backend=url, include=["virtual_lab.jobs.tasks"])
    app.conf.update(
        task_serializer="json",
        result_serializer="json",
        accept_content=["json"],
        timezone="Asia/Seoul",
        enable_utc=True,
        task_time_limit=HARD_LIMIT_S,
        task_soft_time_limit=SOFT_LIMIT_S,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=50,
        # Celery's default priority, 0, would put such tasks before all others.
        task_routes={RUN_RESEARCH: {"priority": _NEW_RUN_PRIORITY}},
        # A task whose process dies is given to another process. The lease allows only one worker
        # at a time, and the limit on crashes ends the repetition.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # Seconds until a dead child is replaced. Celery's default, 10, waits for a late result;
        # here results are in the store.
        worker_lost_wait=1.0,
        broker_transport_options={
            # It must be longer than any task, or Redis delivers a running task again.
            "visibility_timeout": 7200,
            # By default a lost message comes back after some 90 s.
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            **_SOCKET_LIMITS_S,
        },
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # Otherwise a broker that refuses writes, as with a full disk, would end the worker.
        broker_channel_error_retry=True,
        # Without these a submit hangs for 19 s in the result backend while Redis is down.
        redis_socket_timeout=_SOCKET_LIMITS_S["socket_timeout"],
        redis_socket_connect_timeout=_SOCKET_LIMITS_S["socket_connect_timeout"],
        redis_backend_health_check_interval=_SOCKET_LIMITS_S["health_check_interval"],
        result_backend_transport_options={
            "retry_policy": {"max_retries": 2, "interval_step": 0.5, "interval_max": 0.5}
        },
        task_publish_retry_policy={"max_retries": 2, "interval_step": 0.2, "interval_max": 0.2},
        worker_soft_shutdown_timeout=60,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    return app


app = make_app(Broker(load_settings()).url)
