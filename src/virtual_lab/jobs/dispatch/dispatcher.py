"""The dispatcher: publishes the runs that wait, and takes runs from dead workers.

One runs in every worker and in every API process; any number of them get along. What they look
at is in the store, so nothing is lost with them either.
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
_APART_S = 0.02  # of two steps: what is submitted meanwhile is published together
_BREATH_S = 0.001  # between two steps, for a fork that waits for the end of one
_MOST_AT_ONCE = 100  # runs that are published in a step
_TRY_AGAIN_S = 2.0
_BROKER_START_S = 3.0
_MOST_SEARCHED = 1000

log = structlog.get_logger(__name__)


class Dispatcher:
    """Looks every ``PERIOD_S`` seconds; when woken it publishes what is due, at once.

    Args:
        store: where the runs are.
        broker: what wakes the workers; an embedded one is started again where it died.
        publisher: used by the dispatcher's thread alone.
        keep: whether connections stay open between two looks. A process that forks must not.
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
        self._looking = threading.RLock()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to look, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the last look has ended."""
        self._stopped = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()
        self._publisher.close()

    def wake(self) -> None:
        """Look now: a run has been submitted."""
        self._woken.set()

    def pause(self) -> None:
        """Wait for the end of a look, and hold back the next one until ``go_on``."""
        self._looking.acquire()

    def go_on(self) -> None:
        """End a ``pause``."""
        self._looking.release()

    def look(self) -> bool:
        """Take runs from dead workers, and publish what is due; gives True where more is due."""
        self._reap()
        if self._publisher.mark():
            self._store.outbox.publish_all()
        self._find_lost()
        return self._publish()

    def _run(self) -> None:
        with self._looking:
            self._start_broker(is_new=True)
        look_at = 0.0
        while not self._stopped:
            began = time.monotonic()
            step = self._publish
            if began >= look_at:
                step, look_at = self.look, began + PERIOD_S
            # Also the log is written under the lock: a child must not inherit a half-written line.
            with self._looking:
                has_more = self._try(step)
            if not has_more:
                self._woken.wait(max(0.0, look_at - time.monotonic()))
                self._woken.clear()
            time.sleep(max(_BREATH_S, began + _APART_S - time.monotonic()))

    def _try(self, step: Callable[[], bool]) -> bool:
        """Do it; gives True where more is due. A broker that is still down is not news."""
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
        """Let runs be published again whose message has gone, as with a worker that was given it
        and died; or that is about to begin, which a message too many does not disturb. A very long
        queue is not searched: there, waiting means nothing."""
        waiting = self._store.outbox.unclaimed(_MOST_SEARCHED)
        queued = self._publisher.queued(_MOST_SEARCHED) if waiting else None
        if queued is None:
            return
        if lost := [run_id for run_id in waiting if run_id not in queued]:
            log.info("publishing again what is not in the broker", run_ids=lost)
            self._store.outbox.postpone(lost, 0.0)

    def _publish(self) -> bool:
        """Publish the most urgent of what is due; gives True where there may be more."""
        due = self._store.outbox.take(_MOST_AT_ONCE)
        sent = []
        try:
            for run in due:
                self._publisher.send(
                    RUN_RESEARCH, run.id, (run.question.topic,), priority=run.urgency
                )
                sent.append(run.id)
        except BrokerError:
            left = [run.id for run in due if run.id not in sent]
            self._store.outbox.postpone(left, _TRY_AGAIN_S)
            raise
        finally:
            if sent:
                self._store.outbox.published(sent)
        return len(due) == _MOST_AT_ONCE

    def _start_broker(self, is_new: bool) -> None:
        """Start the embedded broker, or join it."""
        try:
            self._broker.start(_BROKER_START_S)
        except BrokerError as error:
            if is_new:
                log.warning("no broker", error=str(error))
