"""How the retrieval benchmark reads a data set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.beir import Asked, fill, queries
from benchmarks.retrieval import ndcg, recall
from virtual_lab.library.sqlite.index import Index

RECORDS = {
    "1|8.": "CUSTOMER DUE DILIGENCE",
    "1|8.3": "",
    "1|8.3.(1)": "A person must identify the customer.",
    "1|8.3.(2)": "A person must verify the identity.",
    "alone": "Nothing else is in this document.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = [{"_id": name, "title": "", "text": text} for name, text in RECORDS.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)), "utf-8")
    asked = [{"_id": f"q{n}", "text": "identity"} for n in range(40)]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)), "utf-8")
    rows = ["query-id\tcorpus-id\tscore", *(f"q{n}\t1|8.3.(2)\t1" for n in range(30))]
    (tmp_path / "qrels.tsv").write_text("\n".join(rows), "utf-8")
    return tmp_path


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = Index(tmp_path / "index.sqlite3")
    yield opened
    opened.close()


def test_clauses_of_one_document_stand_under_their_headings(folder: Path, index: Index) -> None:
    records = fill(index, folder)
    assert sorted(records.values()) == ["1|8.3.(1)", "1|8.3.(2)", "alone"]
    passages = index.passages("1")
    assert {passage.section for passage in passages} == {("CUSTOMER DUE DILIGENCE",)}
    whole = index.text("1")
    assert all(whole[passage.start : passage.end] == passage.text for passage in passages)


def test_flat_records_are_documents_of_their_own(folder: Path, index: Index) -> None:
    records = fill(index, folder, flat=True)
    assert len(records) == 4
    assert index.passages("1|8.3.(1)")[0].section == ()


def test_records_of_a_document_that_is_cut_keep_their_heading_as_title(
    folder: Path, index: Index
) -> None:
    records = fill(index, folder, apart=lambda document: document == "1")
    assert sorted(records.values()) == ["1|8.3.(1)", "1|8.3.(2)", "alone"]
    assert index.source("1|8.3.(1)").title == "CUSTOMER DUE DILIGENCE"
    assert len(index.passages("1|8.3.(1)")) == 1


def test_the_halves_are_fixed_and_only_judged_queries_count(folder: Path) -> None:
    asked = queries(folder)
    assert len(asked) == 30
    assert 0 < sum(query.tuning for query in asked) < 30
    assert Asked("q0", "", {}).tuning is Asked("q0", "other", {"a": 1}).tuning


def test_the_measures_are_those_of_trec_eval() -> None:
    assert ndcg(["a", "b"], {"a": 1}) == 1.0
    assert ndcg(["b", "a"], {"a": 1}) == pytest.approx(0.63093, abs=1e-5)
    assert recall(["b", "a"], {"a": 1, "c": 1}) == 0.5
