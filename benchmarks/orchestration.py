"""How well the lab orchestrates model calls: ``python -m benchmarks.orchestration --base-url URL``.

Runs with three specialists, three rounds and twelve passages each go against an OpenAI-compatible
endpoint, for instance ``python -m virtual_lab.testing --latency 0.5``. One line of JSON is printed:
wall time, calls, the longest chain of calls that ran one after the other, wall / (chain x latency),
CPU seconds of this process for a run, peak memory, prompt characters and tokens. With several runs
at once, ``saturation`` is the share of the calls that the endpoint can take in that time
(``--allowed`` at a time, each of the median latency) that were made.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from virtual_lab.analysts.model.call import Record
from virtual_lab.analysts.model.limiter import Limiter, Limits, ProcessLimiter
from virtual_lab.bootstrap.analyst import open_model_analyst
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Budget, Question, Report
from virtual_lab.lab import ResearchLab
from virtual_lab.library.ingest import add_paths
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import STARTER, add_starter
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.settings import Settings
from virtual_lab.text.glossary import load_glossary

QUESTION = Question(
    topic="What toxicological information must an applicant provide for a novel food?",
    language="en",
    rounds=3,
    specialists=3,
    budget=Budget(tokens=10_000_000),
)
PASSAGES = 12
_DOCUMENTS = "documents"


class Run(NamedTuple):
    """One run: its report, its calls, and how long it took in seconds."""

    report: Report
    calls: list[Record]
    wall_s: float


def main() -> None:
    """Run, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orchestration")
    parser.add_argument("--base-url", required=True, help="an OpenAI-compatible endpoint")
    parser.add_argument("--model", default="", help="its model; without one it is asked")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--concurrency", type=int, default=1, help="runs at once")
    parser.add_argument("--allowed", type=int, help="calls that the endpoint takes at a time")
    parser.add_argument(
        "--docs", type=Path, help="what is searched; without it the starter library"
    )
    options = parser.parse_args()
    settings = Settings.model_validate(
        {
            "OPENAI_BASE_URL": options.base_url,
            "model": options.model and f"openai:{options.model}",
            "passages": PASSAGES,
            "concurrent_calls": options.allowed or 1000,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        retriever = _retriever(Path(folder), options.docs)
        figures = asyncio.run(_measure(retriever, settings, options))
    print(json.dumps(figures))


def _retriever(folder: Path, documents: Path | None) -> Retriever:
    index = Index(folder / "library.sqlite3")
    if documents is None:
        add_starter(index)
        return Retriever(index, load_glossary(), [STARTER])
    with DocumentReader(60.0, 100 << 20) as reader:
        add_paths(index, [documents], _DOCUMENTS, reader)
    return Retriever(index, load_glossary(), [_DOCUMENTS])


async def _measure(
    retriever: Retriever, settings: Settings, options: argparse.Namespace
) -> dict[str, object]:
    limiter = ProcessLimiter(Limits(settings.concurrent_calls))
    await _run(retriever, settings, limiter)  # what is loaded once for the process
    gate = asyncio.Semaphore(options.concurrency)

    async def gated() -> Run:
        async with gate:
            return await _run(retriever, settings, limiter)

    cpu, began = _cpu_s(), time.monotonic()
    runs = await asyncio.gather(*(gated() for _ in range(options.runs)))
    wall, cpu = time.monotonic() - began, _cpu_s() - cpu
    calls = [call for run in runs for call in run.calls]
    latency = statistics.median(call.ended - call.began for call in calls)
    chains = [longest_chain(run.calls) for run in runs]
    ratios = [run.wall_s / (chain * latency) for run, chain in zip(runs, chains, strict=True)]
    figures: dict[str, object] = {
        "runs": options.runs,
        "concurrency": options.concurrency,
        "wall_s": round(statistics.median(run.wall_s for run in runs), 3),
        "calls": max(len(run.calls) for run in runs),
        "chain": max(chains),
        "latency_s": round(latency, 3),
        "ratio": round(statistics.median(ratios), 3),
        "cpu_s_per_run": round(cpu / options.runs, 3),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "prompt_characters": max(sum(c.prompt_characters for c in run.calls) for run in runs),
        "prompt_tokens": max(sum(c.usage.prompt_tokens for c in run.calls) for run in runs),
        "statements_verified": min(run.report.coverage.statements_verified for run in runs),
    }
    if options.allowed:
        possible = wall * options.allowed / latency
        figures["saturation"] = round(len(calls) / possible, 3)
    return figures


async def _run(retriever: Retriever, settings: Settings, limiter: Limiter) -> Run:
    calls: list[Record] = []
    began = time.monotonic()
    async with open_model_analyst(
        QUESTION, settings, "en", limiter=limiter, on_call=calls.append
    ) as (analyst, meter):
        report = await ResearchLab(analyst, retriever, meter=meter).research(QUESTION)
    return Run(report, calls, time.monotonic() - began)


def longest_chain(calls: list[Record]) -> int:
    """The most calls of which each began after the one before it had ended."""
    chain, free = 0, float("-inf")
    for call in sorted(calls, key=lambda call: call.ended):
        if call.began >= free:
            chain, free = chain + 1, call.ended
    return chain


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
