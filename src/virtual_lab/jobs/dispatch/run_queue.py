"""The queue of runs: what an API process, or a command, does with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import TracebackType

from virtual_lab.domain import Question
from virtual_lab.jobs import retention, webhooks
from virtual_lab.jobs.app import make_app
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.dispatch.dispatcher import Dispatcher
from virtual_lab.jobs.dispatch.publisher import Publisher
from virtual_lab.jobs.dispatch.worker_health import check_worker
from virtual_lab.jobs.periodic import Periodic
from virtual_lab.jobs.retention import keep_house
from virtual_lab.jobs.run_log import open_store
from virtual_lab.jobs.webhooks import WebhookSender
from virtual_lab.settings import Settings
from virtual_lab.store import StoredRun, Submission, SubmissionKey


class RunQueue:
    """Takes runs in and looks after them, with a dispatcher of its own.

    A submit returns as soon as the run is written down; it never waits for the broker.

    Raises:
        StoreError: the store cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self.store = open_store(settings)
        self._max_pending = settings.max_pending
        self._max_pending_of_key = settings.key_max_pending
        self.broker = Broker(settings)
        self._app = make_app(self.broker.url)
        self._dispatcher = Dispatcher(self.store, self.broker, Publisher(self._app, self.broker))
        courier, housekeeper = (
            WebhookSender(self.store, settings),
            partial(keep_house, self.store, settings),
        )
        self._periodic = [
            Periodic("courier", webhooks.PERIOD_S, courier.look),
            Periodic("housekeeper", retention.PERIOD_S, housekeeper),
        ]
        if settings.embeddings:
            # What embeds is loaded where it is needed: it brings numpy along.
            from virtual_lab.jobs import embedding_backfill

            embedder = partial(embedding_backfill.embed_library, settings)
            self._periodic.append(Periodic("embedder", embedding_backfill.PERIOD_S, embedder))

    def start(self) -> None:
        """Begin to dispatch, which starts the embedded broker if need be. Without a broker the
        queue works as well: it takes runs in, and publishes them once there is one."""
        self._dispatcher.start()
        for periodic in self._periodic:
            periodic.start()

    def stop(self) -> None:
        """End everything in order."""
        self._dispatcher.stop()
        for periodic in self._periodic:
            periodic.stop()
        self.store.close()
        self.broker.stop()

    def submit(self, question: Question, session_id: str | None = None) -> StoredRun:
        """Take a run in; it is safe when this returns.

        Raises:
            QueueFullError: more runs would wait than the settings allow.
        """
        return self.submit_all([Submission(question, session_id=session_id)])[0]

    def submit_all(
        self, submissions: Sequence[Submission], key: SubmissionKey | None = None
    ) -> list[StoredRun]:
        """Take runs in, all or none; see ``Runs.submit_all``.

        Raises:
            ReusedKeyError: the key came with other submissions before.
            QueueFullError: more runs would wait than the settings allow.
        """
        runs = self.store.runs.submit_all(
            submissions, key, self._max_pending, self._max_pending_of_key
        )
        self._dispatcher.wake()
        return runs

    def cancel(self, run_id: str) -> StoredRun:
        """Cancel a run; see ``Runs.cancel``."""
        return self.store.runs.cancel(run_id)

    def resume(self, run_id: str) -> StoredRun:
        """Let a failed or cancelled run go on; see ``Runs.resume``."""
        run = self.store.runs.resume(run_id)
        self._dispatcher.wake()
        return run

    def wake(self) -> None:
        """Publish what is due now: a run has been written down past this queue."""
        self._dispatcher.wake()

    def publisher(self) -> Publisher:
        """A publisher of its own for the calling thread."""
        return Publisher(self._app, self.broker)

    def check_worker(self, timeout_s: float = 5.0) -> dict[str, str]:
        """What a worker says; see ``check_worker`` of ``jobs.health``."""
        return check_worker(self._app, self.broker, timeout_s)

    def __enter__(self) -> RunQueue:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
