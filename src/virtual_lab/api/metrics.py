"""What an operator's Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from virtual_lab.store import Run, RunState, Store

_PAGE = 500


class RunCollector(Collector):
    """Runs, as they stand in the store at the moment of asking."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures."""
        counts = self._store.runs.counts()
        runs = GaugeMetricFamily(
            "virtual_lab_runs", "Runs in the store, by state.", labels=["state"]
        )
        for state, count in counts.items():
            runs.add_metric([state.value], count)
        yield runs
        yield GaugeMetricFamily(
            "virtual_lab_queue_depth", "Runs that wait for a worker.", counts[RunState.PENDING]
        )
        yield GaugeMetricFamily(
            "virtual_lab_oldest_pending_age_seconds",
            "How long the run has waited that waits longest; 0 where none does.",
            self._oldest_age_s(),
        )

    def _oldest_age_s(self) -> float:
        oldest: Run | None = None
        cursor: str | None = None
        while True:
            page = self._store.runs.list(RunState.PENDING, cursor, _PAGE)
            oldest, cursor = (page.items or (oldest,))[-1], page.next
            if cursor is None:
                break
        if oldest is None:
            return 0.0
        return max(0.0, (datetime.now(UTC) - oldest.created_at).total_seconds())


def render_metrics(store: Store) -> bytes:
    """All figures in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(RunCollector(store))
    return generate_latest(registry)
