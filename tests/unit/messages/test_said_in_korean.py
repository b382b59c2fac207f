"""What was guessed from English before is kept by code, and said in Korean without English."""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime

import pytest
from starlette.exceptions import HTTPException

from virtual_lab.documents.document import Document
from virtual_lab.domain import Source
from virtual_lab.errors import UnreachableHostError
from virtual_lab.http.problems import message_of
from virtual_lab.messages import Message
from virtual_lab.network import certificate_problem
from virtual_lab.sources.provider_session import ProviderFailure
from virtual_lab.store.reports import ReportLine

ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
LOST = Message.of("document.no_text_on_pages", pages="2, 5")


def document(*warnings: Message | str) -> Document:
    """A document with these warnings."""
    return Document(title="Scan", text="", blocks=(), language="en", warnings=warnings)


def test_warnings_of_a_document_are_kept_by_code() -> None:
    source = Source.model_validate_json(document(LOST).source().model_dump_json())
    assert source.warnings == ("no text on page 2, 5",)
    assert source.warnings_in("ko") == ("글자가 없는 쪽: 2, 5",)
    assert {source} == {document(LOST).source()}


def test_a_warning_without_a_code_is_shown_as_it_is() -> None:
    assert document("one part is lost").source().warnings_in("ko") == ("one part is lost",)
    older = Source(id="s", title="Scan", warnings=("no text on page 2",))
    assert older.warnings_in("ko") == ("no text on page 2",)


def test_a_source_without_warnings_is_written_as_before() -> None:
    assert "warning_messages" not in document().source().model_dump_json()


@pytest.mark.parametrize(("status", "code"), [(404, "call.no_path"), (405, "call.wrong_method")])
def test_what_the_framework_refuses_has_a_code(status: int, code: str) -> None:
    message = message_of(HTTPException(status))
    assert message
    assert message.code == code
    assert re.search("[가-힣]", message.text("ko"))
    assert not ENGLISH.search(message.text("ko"))


def test_an_older_note_is_shown_as_it_is() -> None:
    line = ReportLine("r", 2, "T", "t", "ko", "model", "ko → en", datetime.now(UTC))
    assert line.note_in("ko") == "ko → en"
    again = Message.of("report.version_section", number=2, feedback="짧게")
    assert line._replace(note_message=again).note_in("ko") == "섹션 2 다시 작성: 짧게"


@pytest.mark.parametrize("kind", [ssl.SSLCertVerificationError, TimeoutError])
def test_a_provider_that_fails_is_told_in_korean(kind: type[Exception]) -> None:
    error = kind()
    error.verify_message = "expired"  # type: ignore[attr-defined]
    problem = certificate_problem(error)
    host = Message.of("fetch.host", host="a.example")
    if problem:
        host = Message.of("fetch.host_problem", host="a.example", problem=problem)
    reason = UnreachableHostError(host.code, **host.arguments).as_message()
    told = ProviderFailure("arxiv", reason).as_message().text("ko")
    assert told.startswith("arxiv: ")
    assert re.search("[가-힣]", told)
    assert not ENGLISH.search(told)
