"""The Celery app: what clients of the first design rely on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from virtual_lab.jobs.app import make_app
from virtual_lab.jobs.tasks import health_check, run_research

APP = make_app("redis://localhost:6379/0")

# As in the table of the design, word for word.
SETTINGS = {
    "task_serializer": "json",
    "result_serializer": "json",
    "accept_content": ["json"],
    "timezone": "Asia/Seoul",
    "enable_utc": True,
    "task_time_limit": 3600,
    "task_soft_time_limit": 3300,
    "worker_prefetch_multiplier": 1,
    "worker_max_tasks_per_child": 50,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_soft_shutdown_timeout": 60,
}
TRANSPORT = {
    "visibility_timeout": 7200,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
}


def test_the_settings_are_those_of_the_design() -> None:
    assert {name: APP.conf[name] for name in SETTINGS} == SETTINGS
    assert APP.conf.broker_transport_options == TRANSPORT
    assert APP.conf.result_backend == APP.conf.broker_url


def test_the_tasks_keep_their_names() -> None:
    assert run_research.name == "tasks.run_research"
    assert health_check.name == "tasks.health_check"


@pytest.mark.slow
def test_a_process_that_only_sends_loads_no_lab() -> None:
    code = (
        "import sys, celery_app, virtual_lab.jobs.dispatch.run_queue;"
        "print({'langgraph', 'alembic', 'numpy'} & set(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert loaded.stdout.strip() == "set()"
