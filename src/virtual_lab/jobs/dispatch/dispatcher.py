"""The dispatcher: publishes the runs that wait, and takes runs from dead workers.

One runs in every worker and in every API process, in any number. Its whole state is in the store,
so nothing is lost when one of them dies.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from virtual_lab.errors import BrokerError, StoreError
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.dispatch.lease_watch import LeaseWatch
from virtual_lab.jobs.dispatch.publisher import RUN_RESEARCH, Publisher
from virtual_lab.jobs.worker.process_identity import is_dead
from virtual_lab.store import Store

PERIOD_S = 2.0
# From the begin of one step to the next: runs that are submitted in between go out together.
_STEP_PERIOD_S = 0.02
# The pause after a step, in which a fork that waits for the lock can get it.
_FORK_PAUSE_S = 0.001
_MOST_PUBLISHED_PER_STEP = 100
_RETRY_S = 2.0
_BROKER_START_S = 3.0
# A longer queue is not searched for lost runs.
_MOST_QUEUED_SEARCHED = 1000

log = structlog.get_logger(__name__)


class Dispatcher:
    """Checks the store every ``PERIOD_S`` seconds, and publishes what is due when it is woken.

    Args:
        store: the store of the runs.
        broker: the broker of the messages; an embedded one is started again after its death.
        publisher: the publisher, used by the dispatcher's thread alone.
        keep: keep connections open between two steps. A process that forks must not do so.
    """

    def __init__(
        self, store: Store, broker: Broker, publisher: Publisher, keep: bool = True
    ) -> None:
        self._store = store
        self._broker = broker
        self._publisher = publisher
        self._keep = keep
        self._watch = LeaseWatch(store.leases.lease_s)
        self._woken = threading.Event()
        self._stopped = False
        self._is_down = False
        self._step_lock = threading.RLock()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Start the dispatcher's thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when its current step has ended."""
        self._stopped = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()
        self._publisher.close()

    def wake(self) -> None:
        """Publish now what is due, since a run has been submitted."""
        self._woken.set()

    def pause(self) -> None:
        """Wait for the end of the current step, and start no other one until ``go_on``."""
        self._step_lock.acquire()

    def go_on(self) -> None:
        """End a ``pause``."""
        self._step_lock.release()

    def run_once(self) -> bool:
        """Take runs from dead workers, and publish what is due; gives True where more is due."""
        self._reap()
        if self._publisher.mark():
            self._store.outbox.publish_all()
        self._find_lost()
        return self._publish()

    def _run(self) -> None:
        with self._step_lock:
            self._start_broker(is_new=True)
        next_run_at = 0.0
        while not self._stopped:
            began = time.monotonic()
            step = self._publish
            if began >= next_run_at:
                step, next_run_at = self.run_once, began + PERIOD_S
            # Lines of the log are written under the lock too, so that no fork copies half a line.
            with self._step_lock:
                has_more = self._try(step)
            if not has_more:
                self._woken.wait(max(0.0, next_run_at - time.monotonic()))
                self._woken.clear()
            time.sleep(max(_FORK_PAUSE_S, began + _STEP_PERIOD_S - time.monotonic()))

    def _try(self, step: Callable[[], bool]) -> bool:
        """Do one step and log its errors, a broker's only once; gives True where more is due."""
        try:
            has_more = step()
        except StoreError as error:
            log.warning("dispatcher waits for the store", error=str(error))
        except BrokerError as error:
            if not self._is_down:
                log.warning("dispatcher waits for the broker", error=str(error))
            self._start_broker(is_new=not self._is_down)
            self._is_down = True
        except Exception:
            log.exception("dispatcher failed")
        else:
            self._is_down = False
            return has_more
        finally:
            if not self._keep:
                self._publisher.close()
        return False

    def _reap(self) -> None:
        held_runs = self._store.leases.held()
        lapsed = self._watch.lapsed(held_runs)
        for held in held_runs:
            if held in lapsed or is_dead(held.owner):
                run = self._store.leases.abandon(held)
                if run:
                    log.warning(
                        "run taken from a dead worker",
                        run_id=run.id,
                        attempt=held.attempt,
                        state=run.state.value,
                    )

    def _find_lost(self) -> None:
        """Publish runs again whose message is not in the broker, as when a worker died with it.

        A worker may just have received the message; a second message does no harm then. A very
        long queue is not searched, since a long wait is normal there.
        """
        waiting = self._store.outbox.unclaimed(_MOST_QUEUED_SEARCHED)
        queued = self._publisher.queued(_MOST_QUEUED_SEARCHED) if waiting else None
        if queued is None:
            return
        if lost := [run_id for run_id in waiting if run_id not in queued]:
            log.info("publishing again what is not in the broker", run_ids=lost)
            self._store.outbox.postpone(lost, 0.0)

    def _publish(self) -> bool:
        """Publish the most urgent runs that are due; gives True where more may be due."""
        due = self._store.outbox.take(_MOST_PUBLISHED_PER_STEP)
        sent = []
        try:
            for run in due:
                self._publisher.send(
                    RUN_RESEARCH, run.id, (run.question.topic,), priority=run.urgency
                )
                sent.append(run.id)
        except BrokerError:
            left = [run.id for run in due if run.id not in sent]
            self._store.outbox.postpone(left, _RETRY_S)
            raise
        finally:
            if sent:
                self._store.outbox.published(sent)
        return len(due) == _MOST_PUBLISHED_PER_STEP

    def _start_broker(self, is_new: bool) -> None:
        """Start the embedded broker, or use the one that runs; log a failure if it is new."""
        try:
            self._broker.start(_BROKER_START_S)
        except BrokerError as error:
            if is_new:
                log.warning("no broker", error=str(error))
