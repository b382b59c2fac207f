"""Asking a real endpoint of this machine for vectors, and what it may do wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from virtual_lab.errors import (
    ModelAnswerError,
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    RealModelError,
    SettingError,
)
from virtual_lab.library.embeddings.client import Embedder, EmbeddingTimeouts, Endpoint, endpoint_of
from virtual_lab.settings import Settings
from virtual_lab.testing import ModelServer, RequestKind, Rule, ServerFault

KEY = "sk-do-not-show"
PATIENT = EmbeddingTimeouts(attempts=3, backoff_s=0.01, attempt_s=5.0)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


def embedder(server: ModelServer, patience: EmbeddingTimeouts = PATIENT) -> closing[Embedder]:
    return closing(Embedder(Endpoint(server.base_url, "hashed", KEY), patience))


def settings(**values: Any) -> Settings:
    return Settings.model_validate({"only_local_models": False, **values})


def test_each_text_gets_its_own_vector_of_length_one(server: ModelServer) -> None:
    with embedder(server) as asked:
        vectors = asked.embed(["genotoxicity in cells", "the budget", "genotoxicity of cells"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1])
    assert vectors[0] @ vectors[2] > 0.5 > vectors[0] @ vectors[1]


def test_a_request_names_the_model() -> None:
    with ModelServer() as server, embedder(server) as asked:
        asked.embed(["a text"])
    assert [served.body["model"] for served in server.served] == ["hashed"]


@pytest.mark.parametrize(
    "fault",
    [
        ServerFault.RATE_LIMIT, ServerFault.SERVER_ERROR, ServerFault.OVERLOADED,
        ServerFault.CUT_CONNECTION, ServerFault.NOT_JSON, ServerFault.NO_CHOICES,
    ],
)  # fmt: skip
def test_what_passes_is_tried_again(server: ModelServer, fault: ServerFault) -> None:
    server.lay(Rule(fault, RequestKind.EMBEDDINGS, times=2))
    with embedder(server) as asked:
        assert len(asked.embed(["a text"])) == 1
    assert server.struck == [fault, fault]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (ServerFault.SERVER_ERROR, ModelUnavailableError),
        (ServerFault.SILENT, ModelUnavailableError),
        (ServerFault.DRIP, ModelUnavailableError),
        (ServerFault.ENDLESS, ModelError),
        (ServerFault.NO_CHOICES, ModelAnswerError),
        (ServerFault.UNAUTHORISED, ModelRefusedError),
    ],
)
def test_what_does_not_pass_is_a_clear_error(
    server: ModelServer,
    fault: ServerFault,
    error: type[ModelError],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.lay(Rule(fault, RequestKind.EMBEDDINGS, times=None))
    with embedder(server, EmbeddingTimeouts(2, 0.01, 0.3)) as asked, pytest.raises(error) as caught:
        asked.embed(["a text"])
    assert f"hashed at {server.base_url}" in str(caught.value)
    assert KEY not in str(caught.value) + caplog.text


def test_a_refusal_is_not_tried_again(server: ModelServer) -> None:
    server.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.EMBEDDINGS, times=None))
    with embedder(server) as asked, pytest.raises(ModelRefusedError, match=r"401.*\*\*\*"):
        asked.embed(["a text"])
    assert len(server.struck) == 1


def test_a_pause_that_nobody_would_wait_for_ends_it() -> None:
    busy = Rule(ServerFault.RATE_LIMIT, RequestKind.EMBEDDINGS, times=None)
    with (
        ModelServer(faults=[busy], retry_after_s=3600) as server,
        embedder(server) as asked,
        pytest.raises(ModelUnavailableError, match="429"),
    ):
        asked.embed(["a text"])
    assert len(server.struck) == 1


def test_nobody_there() -> None:
    with ModelServer() as server:
        gone = embedder(server)
    with gone as asked, pytest.raises(ModelUnavailableError, match="ConnectError"):
        asked.embed(["a text"])


def test_the_endpoint_is_that_of_the_model_unless_it_has_its_own() -> None:
    shared = settings(
        embeddings="m", OPENAI_BASE_URL="http://127.0.0.1:9/v1/", OPENAI_API_KEY="chat"
    )
    assert endpoint_of(shared) == Endpoint("http://127.0.0.1:9/v1", "m", "chat")
    own = shared.model_copy(update={"embeddings_url": "http://127.0.0.1:8/v1"})
    assert endpoint_of(own) == Endpoint("http://127.0.0.1:8/v1", "m", "")
    assert endpoint_of(settings(embeddings="m", OPENAI_API_KEY="k")).url.endswith("openai.com/v1")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "VIRTUAL_LAB_EMBEDDINGS is not set"),
        ({"embeddings": "m"}, "VIRTUAL_LAB_EMBEDDINGS_URL"),
        ({"embeddings": "m", "embeddings_url": "localhost:80/v1"}, "http://"),
    ],
)
def test_what_is_missing_is_said(values: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingError, match=problem):
        endpoint_of(settings(**values))


def test_texts_stay_on_this_machine_where_that_is_asked_for() -> None:
    with pytest.raises(RealModelError):
        endpoint_of(settings(embeddings="m", OPENAI_API_KEY="k", only_local_models=True))
    local = settings(embeddings="m", embeddings_url="http://localhost:9/v1", only_local_models=True)
    assert endpoint_of(local).model == "m"


def test_no_secret_of_an_address_is_shown() -> None:
    endpoint = Endpoint("https://user:secret@example.org/v1?key=secret", "m", KEY)
    assert str(endpoint) == "m at https://example.org/v1"
