"""The metrics of the service, for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from virtual_lab.bootstrap.library import open_index, open_vectors
from virtual_lab.errors import LibraryError
from virtual_lab.settings import Settings
from virtual_lab.store import Priority, Store, counters

_BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RunCollector(Collector):
    """The current states of runs, and the counters of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """The metrics of runs, workers and model calls."""
        yield from self._runs()
        values = self._store.counters.read()
        yield CounterMetricFamily(
            "virtual_lab_attempts", "How often a worker has begun a run.", values.value("claims")
        )
        yield CounterMetricFamily(
            "virtual_lab_lost_workers", "Workers lost with a run.", values.value("crashes")
        )
        for name, words in (
            (counters.WAIT, "How long runs waited for a worker."),
            (counters.DURATION, "How long runs took from their first start to their end."),
        ):
            buckets, total = values.histogram(name)
            yield HistogramMetricFamily(f"virtual_lab_run_{name}", words, buckets, total)
        for name, words in (
            (counters.MODEL_CALLS, "Model calls that were paid."),
            (counters.MODEL_TOKENS, "Tokens of paid model calls, prompts and answers together."),
            (counters.MODEL_COST, "US dollars of paid model calls whose price is known."),
        ):
            family = CounterMetricFamily(f"virtual_lab_{name}", words, labels=["model"])
            for model, value in values.by_label(name):
                family.add_metric([model], value)
            yield family

    def _runs(self) -> Iterator[Metric]:
        runs = self._store.runs
        states = GaugeMetricFamily(
            "virtual_lab_runs", "Runs in the store, by state.", labels=["state"]
        )
        for state, count in runs.counts().items():
            states.add_metric([state.value], count)
        yield states
        depth = GaugeMetricFamily(
            "virtual_lab_queue_depth",
            "Runs that wait for a worker, and whose start has not been put off.",
            labels=["priority"],
        )
        waiting = runs.waiting()
        for priority in Priority:
            depth.add_metric([priority.word], waiting[priority])
        yield depth
        yield GaugeMetricFamily(
            "virtual_lab_oldest_pending_age_seconds",
            "How long the run has waited that waits longest; 0 where none does.",
            runs.longest_wait_s(),
        )
        yield GaugeMetricFamily(
            "virtual_lab_leases", "Runs that workers hold.", len(self._store.leases.held())
        )
        yield GaugeMetricFamily(
            "virtual_lab_webhooks_failing",
            "Messages to webhooks that were tried, and not taken yet.",
            self._store.deliveries.failing(),
        )


class VectorCollector(Collector):
    """The number of passages that wait for their vector.

    It is left out where there are no vectors. An error of the library leaves it out too, so that
    the other metrics can still be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """The metric."""
        if not self._settings.embeddings:
            return
        from virtual_lab.library.embeddings.backfill import missing_vector_counts

        try:
            with (
                closing(open_index(self._settings)) as index,
                closing(open_vectors(self._settings)) as store,
            ):
                missing = missing_vector_counts(index, store, self._settings.embeddings)
        except LibraryError:
            return
        yield GaugeMetricFamily(
            "virtual_lab_passages_without_vector",
            "Passages of the library that wait for their vector.",
            sum(missing.values()),
        )


class Latency:
    """Middleware that measures how long calls take until their answer begins."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._histogram = Histogram(
            "virtual_lab_http_request_seconds",
            "How long calls of this process took until their answer began.",
            labelnames=("method", "path", "status"),
            buckets=_BOUNDS_S,
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def observe(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = time.perf_counter() - began
                # The pattern of the path, since there are as many paths as runs.
                path = getattr(scope.get("route"), "path", "")
                status = str(message["status"])
                self._histogram.labels(scope["method"], path, status).observe(took)
            await send(message)

        await self._app(scope, receive, observe)


def render_metrics(store: Store, of_process: CollectorRegistry | None = None) -> bytes:
    """All metrics in the text format of Prometheus.

    Args:
        store: the store of the runs.
        of_process: the metrics of this process itself.
    """
    registry = CollectorRegistry()
    registry.register(RunCollector(store))
    return generate_latest(registry) + (generate_latest(of_process) if of_process else b"")
