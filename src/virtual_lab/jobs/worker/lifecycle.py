"""The lifecycle of a Celery worker: preload modules, start its dispatcher, drain at shutdown.

The parent process loads what its children need, so that they share the memory. It keeps no
connection open that a child could inherit.
``celery -A virtual_lab.jobs.worker.lifecycle worker`` starts one.
"""

from __future__ import annotations

import gc
import os
from typing import Any

import structlog
from celery import bootsteps, signals

from virtual_lab import messages
from virtual_lab.analysts.model.model_names import is_configured
from virtual_lab.errors import ConflictError, NotFoundError, VirtualLabError
from virtual_lab.jobs import tasks
from virtual_lab.jobs.app import app
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.dispatch.dispatcher import Dispatcher
from virtual_lab.jobs.dispatch.publisher import Publisher
from virtual_lab.jobs.run_log import open_store
from virtual_lab.jobs.worker.drain import drain
from virtual_lab.jobs.worker.log_lines import set_up_worker_logs
from virtual_lab.settings import Settings, load_settings

__all__ = ["app", "tasks"]

log = structlog.get_logger(__name__)

_POOL_PERIOD_S = 0.2
_CATALOGUES_OF_RUNS = ("extractive", "lab", "model", "rejections", "report", "run_log")


class PoolKeeper(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery has no types
    """Looks for ended children more often than Celery, which does so every five seconds.

    Celery also reacts to the end of a child, but may look a moment too early. A run that was given
    to that child would then wait for the next time (celery/celery issue 9588).
    """

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._registered = False

    def register_with_event_loop(self, worker: Any, hub: Any) -> None:
        """Set the timer once; Celery calls this for each connection to the broker."""
        if not self._registered:
            hub.call_repeatedly(_POOL_PERIOD_S, worker.pool.maintain_pool)
            self._registered = True


app.steps["worker"].add(PoolKeeper)


class WorkerParent:
    """The store, broker and dispatcher of a worker's parent process."""

    def __init__(self) -> None:
        settings = load_settings()
        self.broker = Broker(settings)
        # Without a pool, no connection is open between two steps that a child could inherit.
        self.store = open_store(settings, pooled=False)
        self.dispatcher = Dispatcher(
            self.store, self.broker, Publisher(app, self.broker), keep=False
        )

    def start(self) -> None:
        """Start the dispatcher; from now on a fork waits for the end of its current step."""
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self.dispatcher.pause,
                after_in_parent=self.dispatcher.go_on,
                after_in_child=self.dispatcher.go_on,
            )
        self.dispatcher.start()

    def stop(self) -> None:
        """End everything in order."""
        self.dispatcher.stop()
        self.store.close()
        self.broker.stop()


def preload(settings: Settings) -> None:
    """Load modules and data that all runs need, before the children are forked."""
    # Imported here because commands that only send to a worker load this module too.
    import virtual_lab.analysts.extractive
    import virtual_lab.jobs.worker.runner
    from virtual_lab.lab.graph import compiled_graph
    from virtual_lab.library.starter import primers
    from virtual_lab.text.glossary import load_glossary

    messages.preload(_CATALOGUES_OF_RUNS)
    compiled_graph()
    primers()
    if settings.glossary is None:  # A user's own glossary may change, so each run reads it.
        load_glossary(settings.glossary)
    if is_configured(settings, ""):
        import virtual_lab.analysts.model.analyst
        import virtual_lab.bootstrap.model_run  # noqa: F401


_parents: list[WorkerParent] = []


@signals.setup_logging.connect
def _set_up_logging(**_: Any) -> None:
    set_up_worker_logs(load_settings())


@signals.worker_init.connect
def _prepare(**_: Any) -> None:
    set_up_worker_logs(load_settings())
    try:
        preload(load_settings())
        parent = WorkerParent()
        parent.broker.start()
    except VirtualLabError as error:
        raise SystemExit(str(error)) from None
    except Exception as error:
        # Celery would log the error, and then take messages for runs that it cannot execute.
        log.exception("the worker cannot start")
        raise SystemExit(1) from error
    _parents.append(parent)
    # Otherwise the garbage collector of every child would copy the memory that is shared.
    gc.collect()
    gc.freeze()


@signals.worker_ready.connect
def _begin(**_: Any) -> None:
    for parent in _parents:
        parent.start()


@signals.worker_shutting_down.connect
def _drain(**_: Any) -> None:
    drain()


@signals.worker_shutdown.connect
def _end(**_: Any) -> None:
    while _parents:
        _parents.pop().stop()


@signals.task_revoked.connect
def _cancel(sender: Any, request: Any, **_: Any) -> None:
    """Cancel the run of a task that a Celery client has revoked."""
    if sender.name == tasks.run_research.name:
        with open_store(load_settings(), pooled=False) as store:
            try:
                store.runs.cancel(request.id)
            except (NotFoundError, ConflictError) as error:
                log.info("nothing to cancel", run_id=request.id, error=str(error))
