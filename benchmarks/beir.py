"""A retrieval data set in the BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv.

A record whose id is SOURCE#N or SOURCE|PLACE is a passage of the document SOURCE, in the order of
the file; any other is a document of its own. A record that only heads those below its place is
their heading, and no passage.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from virtual_lab.domain import Passage, Source
from virtual_lab.library.index import DocumentIndex
from virtual_lab.text.language import detect_language

_LONGEST_HEADING = 100
_STEP = re.compile(r"[.(]")
_SENTENCE = (".", ":", ";")


class Asked(NamedTuple):
    """One query and the gain of each relevant record."""

    id: str
    text: str
    gains: Mapping[str, int]

    @property
    def tuning(self) -> bool:
        """Whether the query is of the half that settings and weights may be chosen on."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 1


def queries(folder: Path) -> list[Asked]:
    """The queries of which some record is relevant."""
    gains: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            gains.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return [
        Asked(line["_id"], line["text"], gains[line["_id"]])
        for line in _lines(folder / "queries.jsonl")
        if line["_id"] in gains
    ]


def fill(
    index: DocumentIndex,
    folder: Path,
    flat: bool = False,
    apart: Callable[[str], bool] = lambda document: False,
) -> dict[str, str]:
    """Index the records of ``folder``; gives the id of the record behind each passage's id.

    Args:
        index: an empty one, or one that holds the same records.
        folder: the data set.
        flat: whether every record is taken as a document of its own.
        apart: says of a document whether it is cut into its records, each a document of its own
            whose title is the heading that it stood under.
    """
    documents: dict[str, list[dict[str, Any]]] = {}
    for record in _lines(folder / "corpus.jsonl"):
        documents.setdefault(record["_id"] if flat else _document(record["_id"]), []).append(record)
    records: dict[str, str] = {}
    for name, parts in documents.items():
        for own, record in _cut(parts) if apart(name) else [(name, parts)]:
            _add(index, own, record, records)
    return records


def _cut(parts: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    headings = _headings({part["_id"]: part["text"] or part["title"] for part in parts})
    for part in parts:
        name = part["_id"]
        if name not in headings and part["text"].strip():
            above = [heading for place in _above(name) if (heading := headings.get(place))]
            yield name, [{**part, "title": part["title"] or " ".join(above)}]


def _add(
    index: DocumentIndex, name: str, parts: list[dict[str, Any]], records: dict[str, str]
) -> None:
    texts = {part["_id"]: part["text"] or part["title"] for part in parts}
    headings = _headings(texts) if len(parts) > 1 else {}
    language = detect_language("\n".join(texts.values()))
    passages: list[Passage] = []
    position = 0
    for record, text in texts.items():
        if text.strip() and record not in headings:
            above = (headings.get(place, "") for place in _above(record))
            passages.append(
                Passage(
                    id=f"{name}:{position}",
                    source_id=name,
                    text=text,
                    start=position,
                    end=position + len(text),
                    section=tuple(dict.fromkeys(filter(None, above))),
                    language=language,
                )
            )
            records[passages[-1].id] = record
        position += len(text) + 1
    source = Source(id=name, title=parts[0]["title"], language=language)
    index.add_source(source, "\n".join(texts.values()), passages, "benchmark")


def _document(record: str) -> str:
    return re.split(r"[|#]", record, maxsplit=1)[0] or record


def _headings(texts: Mapping[str, str]) -> dict[str, str]:
    """The records that only head others, with their texts."""
    parents = {place for record in texts for place in _above(record)}
    return {
        record: text
        for record, text in texts.items()
        if record in parents
        and len(text) < _LONGEST_HEADING
        and not text.rstrip().endswith(_SENTENCE)
    }


def _above(record: str) -> list[str]:
    """The places that a place such as "2|8.3.1.(2)" lies in, outermost first."""
    ends = [end for step in _STEP.finditer(record) for end in (step.start(), step.end())]
    return [record[:end] for end in dict.fromkeys(ends) if 0 < end < len(record)]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
