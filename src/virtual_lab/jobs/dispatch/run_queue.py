"""The run queue: submits, cancels and resumes runs for an API process or a command."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from virtual_lab.domain import Question
from virtual_lab.jobs import retention, webhooks
from virtual_lab.jobs.app import make_app
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.dispatch.dispatcher import Dispatcher
from virtual_lab.jobs.dispatch.publisher import Publisher
from virtual_lab.jobs.dispatch.worker_health import check_worker
from virtual_lab.jobs.periodic import Periodic
from virtual_lab.jobs.retention import prune_after_delay
from virtual_lab.jobs.run_log import open_store
from virtual_lab.jobs.webhooks import WebhookSender
from virtual_lab.settings import Settings
from virtual_lab.store import StoredRun, Submission, SubmissionKey


class RunQueue:
    """Accepts runs and has its own dispatcher publish them.

    A submit returns as soon as the run is stored; it never waits for the broker.

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
        webhook_sender = WebhookSender(self.store, settings)
        pruner = partial(prune_after_delay, self.store, settings)
        self._periodic = [
            Periodic("webhooks", webhooks.PERIOD_S, webhook_sender.deliver_due),
            Periodic("pruner", retention.PERIOD_S, pruner),
        ]
        if settings.embeddings:
            # Imported only where it is needed, since it loads numpy.
            from virtual_lab.jobs import embedding_backfill

            embedder = partial(embedding_backfill.embed_library, settings)
            self._periodic.append(Periodic("embedder", embedding_backfill.PERIOD_S, embedder))

    def start(self) -> None:
        """Start the dispatcher, which starts the embedded broker if necessary.

        Without a broker the queue accepts runs all the same, and publishes them once there is one.
        """
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
        """Submit a run; it is stored when this returns.

        Raises:
            QueueFullError: more runs would wait than the settings allow.
        """
        return self.submit_all([Submission(question, session_id=session_id)])[0]

    def submit_all(
        self, submissions: Sequence[Submission], key: SubmissionKey | None = None
    ) -> list[StoredRun]:
        """Submit runs, all or none; see ``Runs.submit_all``.

        Raises:
            ReusedKeyError: the key was used with other submissions before.
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
        """Continue a failed or cancelled run; see ``Runs.resume``."""
        run = self.store.runs.resume(run_id)
        self._dispatcher.wake()
        return run

    def wake(self) -> None:
        """Publish now what is due: a run has been stored without this queue."""
        self._dispatcher.wake()

    def publisher(self) -> Publisher:
        """A new publisher, for the calling thread."""
        return Publisher(self._app, self.broker)

    def check_worker(self, timeout_s: float = 5.0) -> dict[str, str]:
        """The answer of a worker; see ``check_worker`` in ``worker_health.py``."""
        return check_worker(self._app, self.broker, timeout_s)

    def __enter__(self) -> RunQueue:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
