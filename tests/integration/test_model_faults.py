"""Each fault of a model or its server in each role: success, or a failure that names the cause."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.integration.model_runs import KEY, ask, research, unproven
from virtual_lab.errors import (
    ModelAnswerError,
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
)
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import STARTER, add_starter
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.testing import ModelServer, RequestKind, Rule, ServerFault
from virtual_lab.text.glossary import load_glossary

ROLES = {
    RequestKind.TEAM: "plan",
    RequestKind.FINDINGS: "analyse",
    RequestKind.VERDICTS: "critique",
    RequestKind.STAND: "summarise",
    RequestKind.PROSE: "synthesise",
}
BUSY = (ServerFault.RATE_LIMIT, ServerFault.SERVER_ERROR, ServerFault.OVERLOADED)
SLOW = (ServerFault.SILENT, ServerFault.DRIP)
BROKEN = (
    ServerFault.ENDLESS,
    ServerFault.CUT_CONNECTION,
    ServerFault.NOT_JSON,
    ServerFault.NO_CHOICES,
)
MALFORMED = (
    ServerFault.TRUNCATED,
    ServerFault.BROKEN_JSON,
    ServerFault.WRONG_SCHEMA,
    ServerFault.EMPTY,
    ServerFault.NO_JSON,
)
HARMLESS = (ServerFault.THINKING, ServerFault.FENCED, ServerFault.NO_SCHEMA)
UNTRUE = (
    ServerFault.MISQUOTE,
    ServerFault.NEAR_QUOTE,
    ServerFault.UNKNOWN_CITATION,
    ServerFault.INVENTED_NUMBER,
    ServerFault.OTHER_LANGUAGE,
    ServerFault.MISSING_SCORE,
)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    index = Index(tmp_path_factory.mktemp("library") / "library.sqlite3")
    add_starter(index)
    yield Retriever(index, load_glossary(), [STARTER])
    index.close()


def patience(fault: ServerFault) -> dict[str, float]:
    return {"call_total_s": 1.0} if fault in SLOW else {}


@pytest.mark.parametrize("kind", ROLES, ids=ROLES.get)
@pytest.mark.parametrize("fault", [*BUSY, *SLOW, *BROKEN, *MALFORMED, *HARMLESS, *UNTRUE])
def test_a_fault_that_strikes_once_costs_no_run(
    fault: ServerFault, kind: RequestKind, retriever: Retriever
) -> None:
    with ModelServer(faults=[Rule(fault, kind)]) as server:
        report = research(server, retriever, **patience(fault))
    assert server.struck == [fault]
    assert unproven(report, retriever) == []
    assert report.coverage.statements_verified > 0


@pytest.mark.parametrize("kind", ROLES, ids=ROLES.get)
@pytest.mark.parametrize("fault", [*BUSY, *SLOW, *BROKEN, *MALFORMED, ServerFault.UNAUTHORISED])
def test_a_fault_that_stays_ends_the_run_and_names_the_role(
    fault: ServerFault, kind: RequestKind, retriever: Retriever
) -> None:
    with ModelServer(faults=[Rule(fault, kind, times=None)]) as server:
        if kind is RequestKind.STAND:  # nothing waits for the summary, so nothing is lost with it
            assert unproven(research(server, retriever, **patience(fault)), retriever) == []
            return
        with pytest.raises(ModelError) as raised:
            research(server, retriever, **patience(fault))
    error = raised.value
    assert ROLES[kind] in str(error)
    if kind in (RequestKind.FINDINGS, RequestKind.VERDICTS):
        assert "round 1" in str(error)
    assert KEY not in str(error)
    assert type(error) is {
        **dict.fromkeys(MALFORMED, ModelAnswerError),
        ServerFault.UNAUTHORISED: ModelRefusedError,
    }.get(fault, ModelUnavailableError)


@pytest.mark.parametrize("kind", ROLES, ids=ROLES.get)
@pytest.mark.parametrize("fault", [*HARMLESS, *UNTRUE])
def test_what_a_model_makes_up_is_never_in_the_report(
    fault: ServerFault, kind: RequestKind, retriever: Retriever
) -> None:
    with ModelServer(faults=[Rule(fault, kind, times=None)]) as server:
        report = research(server, retriever)
    assert unproven(report, retriever) == []
    written = report.model_dump_json(include={"sections", "abstract"})
    assert "98765" not in written
    assert "Nobody ever wrote" not in written
    assert "이 문장은 보고서와" not in written


def test_statements_that_fail_are_counted(retriever: Retriever) -> None:
    with ModelServer(
        faults=[Rule(ServerFault.INVENTED_NUMBER, RequestKind.FINDINGS, times=None)]
    ) as server:
        report = research(server, retriever)
    coverage = report.coverage
    assert coverage.statements_verified == 0
    assert coverage.statements_made == len(coverage.dropped) > 0
    assert all("98765" in dropped.reason for dropped in coverage.dropped)
    assert all(section.note for section in report.sections)


def test_a_near_exact_quote_becomes_the_words_of_the_passage(retriever: Retriever) -> None:
    with ModelServer(
        faults=[Rule(ServerFault.NEAR_QUOTE, RequestKind.FINDINGS, times=None)]
    ) as server:
        report = research(server, retriever)
    quotes = [quote for finding in report.findings().values() for quote in finding.quotes]
    assert quotes
    for quote in quotes:
        text = retriever.index.text(quote.source_id)
        assert text[quote.start : quote.end] == quote.text


def test_a_missing_score_is_asked_for_again_and_never_filled_in(retriever: Retriever) -> None:
    rule = Rule(ServerFault.MISSING_SCORE, RequestKind.VERDICTS, times=None)
    with ModelServer(faults=[rule]) as server:
        report = research(server, retriever)
        asked = [served for served in server.served if served.ask.kind is RequestKind.VERDICTS]
    assert len(asked) == 2
    assert "missing for these specialists" in asked[1].ask.user
    assert [score.score for entry in report.rounds for score in entry.scores] == [None, None]


def test_retry_after_is_waited_for(retriever: Retriever) -> None:
    rule = Rule(ServerFault.RATE_LIMIT, RequestKind.TEAM)
    with ModelServer(faults=[rule], retry_after_s=0.3) as server:
        research(server, retriever)
        first, second = server.served[:2]
    assert second.began - first.ended >= 0.3


def test_a_korean_report_has_no_english_text(retriever: Retriever) -> None:
    question = ask("신규 유전체 기술 식품의 안전성 평가에는 무엇이 필요한가?")
    with ModelServer(faults=[Rule(ServerFault.OTHER_LANGUAGE, RequestKind.PROSE)]) as server:
        report = research(server, retriever, question)
        asked = [served.ask for served in server.served if served.ask.kind is RequestKind.PROSE]
    assert report.language == "ko"
    assert report.coverage.statements_verified > 0
    assert any("통과하지 못한 문장" in request.user for request in asked)
    assert unproven(report, retriever) == []


def test_the_scripted_server_ends_also_where_nobody_reads_its_answer() -> None:
    with ModelServer(faults=[Rule(ServerFault.ENDLESS, times=None)]) as server:
        address = urlsplit(server.base_url)
        reader = socket.create_connection((address.hostname or "", address.port or 0), 10)
        body = b'{"messages": [{"role": "user", "content": "?"}]}'
        head = f"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
        reader.sendall(head.encode() + body)
        assert reader.recv(100)
    with reader, suppress(ConnectionResetError):
        while reader.recv(1 << 20):
            pass


def test_the_scripted_server_ends_who_has_just_connected() -> None:
    with ModelServer() as server:
        address = urlsplit(server.base_url)
        callers = [
            socket.create_connection((address.hostname or "", address.port or 0), 10)
            for _ in range(20)
        ]
    for caller in callers:
        with caller, suppress(ConnectionResetError):
            assert caller.recv(1) == b""
