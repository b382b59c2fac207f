"""How many quotes stand on the pages that answer a question.

    python -m benchmarks.precision DOCUMENTS [--verbose] [--keep FOLDER] [--vectors URL MODEL]
                                   [--query-prefix TEXT] [--passage-prefix TEXT]

DOCUMENTS has the folders en and ko. Runs the lab (extractive) on every question of
benchmarks/questions.jsonl and prints one JSON line: the share of quotes on an answering page (or
document, or article), the share of the questions with at least one such quote, the share of
answering places that are quoted, and the number of quotes, by kind of question.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import defaultdict
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from benchmarks import vectors
from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.bootstrap.library import open_index
from virtual_lab.bootstrap.retriever import open_retriever
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import SECTION_MARK, Question, Quote, Report
from virtual_lab.lab import ResearchLab
from virtual_lab.library.ingest import add_paths

QUESTIONS = Path(__file__).with_name("questions.jsonl")


def main() -> None:
    """Measure all questions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("documents", type=Path)
    parser.add_argument("--verbose", action="store_true", help="a line for each question")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the index there, and use it again"
    )
    vectors.add_options(parser)
    arguments = parser.parse_args()
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines() if line]
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        settings = vectors.settings_of(arguments, arguments.keep or Path(scratch))
        index = stack.enter_context(closing(open_index(settings)))
        with DocumentReader() as reader:
            for name in ("en", "ko"):
                add_paths(index, [arguments.documents / name], name, reader)
        vectors.embed(index, settings)
        outcomes: dict[str, list[dict[str, float]]] = defaultdict(list)
        for entry in questions:
            with open_retriever(settings, index, [entry["docs"]]) as retriever:
                report = asyncio.run(
                    ResearchLab(ExtractiveAnalyst(), retriever).research(
                        Question(topic=entry["question"])
                    )
                )
                if retriever.dense and retriever.dense.problem:
                    raise SystemExit(retriever.dense.problem)
            outcome = score(report, entry)
            outcomes[entry["kind"]].append(outcome)
            if arguments.verbose:
                print(entry["id"], entry["kind"], json.dumps(outcome), entry["question"][:60])
    every = [outcome for group in outcomes.values() for outcome in group]
    result: dict[str, Any] = {"benchmark": "precision", "questions": len(every)}
    result |= {"vectors": settings.embeddings or None, **_mean(every)}
    result |= {kind: _mean(group) for kind, group in sorted(outcomes.items())}
    print(json.dumps(result))


def score(report: Report, entry: dict[str, Any]) -> dict[str, float]:
    """The figures of one report against the places that answer its question."""
    paths = {source.id: source.path or "" for source in report.references}
    quotes = [quote for finding in report.findings().values() for quote in finding.quotes]
    right = [quote for quote in quotes if _answers(quote, paths[quote.source_id], entry)]
    places = {place for quote in right for place in _places(quote, paths, entry)}
    wanted = sum(max(1, len(a.get("pages") or a.get("sections") or [])) for a in entry["answers"])
    return {
        "precision": len(right) / len(quotes) if quotes else 0.0,
        "answered": float(bool(right)),
        "coverage": len(places) / wanted,
        "quotes": float(len(quotes)),
    }


def _answers(quote: Quote, path: str, entry: dict[str, Any]) -> bool:
    return any(
        answer["document"] in Path(path).name and _stands_at(quote, answer)
        for answer in entry["answers"]
    )


def _stands_at(quote: Quote, answer: dict[str, Any]) -> bool:
    if "pages" in answer:
        return quote.locator.page in answer["pages"]
    return "sections" not in answer or bool(_headings(quote) & set(answer["sections"]))


def _places(quote: Quote, paths: dict[str, str], entry: dict[str, Any]) -> list[str]:
    """The answering places that a quote stands at: a page, an article, or a whole document."""
    name = Path(paths[quote.source_id]).name
    answer = next(a for a in entry["answers"] if a["document"] in name)
    if "pages" in answer:
        return [f"{name}:{quote.locator.page}"]
    if "sections" in answer:
        return [f"{name}:{title}" for title in _headings(quote) & set(answer["sections"])]
    return [name]


def _headings(quote: Quote) -> set[str]:
    return set((quote.locator.section or "").split(SECTION_MARK))


def _mean(outcomes: list[dict[str, float]]) -> dict[str, float]:
    keys = outcomes[0]
    return {key: round(sum(o[key] for o in outcomes) / len(outcomes), 3) for key in keys}


if __name__ == "__main__":
    main()
