"""The embedder: texts become vectors, at an OpenAI-compatible endpoint.

Only the configured address is asked, no redirect is followed, and a key appears in no message.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
import numpy as np

from virtual_lab.errors import (
    ModelAnswerError,
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    RealModelError,
    SettingError,
)
from virtual_lab.messages import Message
from virtual_lab.network import Network, certificate_problem, is_loopback_url
from virtual_lab.retry import Retry, TransientError
from virtual_lab.retry_after import retry_after_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from virtual_lab.settings import Settings

_OPENAI = "https://api.openai.com/v1"
_CONNECT_S = 10.0
_MOST_BYTES = 64 << 20  # of one answer: 256 vectors of 8,192 numbers with 22 characters each
_LONGEST_PAUSE_S = 60.0
_QUOTED = 200  # characters of what the endpoint says of a refusal
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class Endpoint(NamedTuple):
    """Where vectors come from, of which model, and with which key (empty for none)."""

    url: str
    model: str
    key: str = ""

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"{self.model} at {parts._replace(netloc=host, query='').geturl()}"


class EmbeddingTimeouts(NamedTuple):
    """How often a request is tried, the pause before the second attempt, which doubles, and the
    longest time of one attempt and of one pause; all in seconds."""

    attempts: int
    backoff_s: float
    attempt_s: float


IMPATIENT = EmbeddingTimeouts(attempts=2, backoff_s=0.2, attempt_s=10.0)
"""With the vector of a query: without it, the search goes on by words."""


def endpoint_of(settings: Settings) -> Endpoint:
    """The endpoint that the settings name.

    The key for OpenAI is not shown to an address that was set for embeddings alone.

    Raises:
        SettingError: there is no model of embeddings, or neither an address nor a key.
        RealModelError: only models on this machine may be used, and this one is elsewhere.
    """
    if not settings.embeddings:
        raise SettingError("setting.no_embeddings")
    own = settings.embeddings_url.strip()
    secret = settings.embeddings_api_key or (None if own else settings.openai_api_key)
    key = secret.get_secret_value() if secret else ""
    url = (own or settings.openai_base_url.strip()).rstrip("/")
    if not url and not key:
        raise SettingError("setting.embeddings_without_address")
    endpoint = Endpoint(url or _OPENAI, settings.embeddings, key)
    if urlsplit(endpoint.url).scheme not in ("http", "https"):
        raise SettingError("setting.embeddings_address", endpoint=endpoint)
    if settings.only_local_models and not is_loopback_url(endpoint.url):
        raise RealModelError("model.name", model=endpoint)
    return endpoint


class _AttemptError(TransientError):
    """An attempt failed where another one may succeed; ``error`` is for where none does."""

    def __init__(self, error: ModelError, retry_after_s: float | None = None) -> None:
        super().__init__(str(error), retry_after_s)
        self.error = error


@dataclass
class Embedder:
    """Asks one endpoint; it may be used by several threads, and is closed after use."""

    endpoint: Endpoint
    patience: EmbeddingTimeouts
    network: Network = field(default_factory=Network)
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        longest = self.patience.attempt_s
        timeout = httpx2.Timeout(longest, connect=min(longest, _CONNECT_S))
        way = self.network.client_options(self.endpoint.url)
        self._client = httpx2.Client(timeout=timeout, follow_redirects=False, **way)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of some texts, one a row, of length 1: their products are cosines.

        Raises:
            ModelAnswerError: the endpoint answers, but not with a vector for each text.
            ModelRefusedError: it refuses, which trying again does not change.
            ModelUnavailableError: it stays busy, silent or away.
        """
        attempts, backoff_s, attempt_s = self.patience
        retry = Retry(attempts, backoff_s, _LONGEST_PAUSE_S, patience_s=attempt_s)
        try:
            return retry.caller()(self._attempt, texts)
        except _AttemptError as failure:
            raise failure.error from None

    def _attempt(self, texts: Sequence[str]) -> NDArray[np.float32]:
        body = {"model": self.endpoint.model, "input": list(texts), "encoding_format": "float"}
        headers = {"Authorization": f"Bearer {self.endpoint.key}"} if self.endpoint.key else {}
        address = f"{self.endpoint.url}/embeddings"
        until = time.monotonic() + self.patience.attempt_s
        try:
            with self._client.stream("POST", address, json=body, headers=headers) as response:
                content = self._read(response, until)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            problem = certificate_problem(error)
            away = ModelUnavailableError(
                "model.endpoint", endpoint=self.endpoint, problem=problem or type(error).__name__
            )
            is_passing = isinstance(error, httpx2.TransportError) and not problem
            raise (_AttemptError(away) if is_passing else away) from None
        if response.status_code != httpx2.codes.OK:
            raise self._refusal(response, content)
        try:
            return _vectors(json.loads(content), len(texts))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            detail = error.problem if isinstance(error, _UnusableError) else type(error).__name__
            unusable = ModelAnswerError("model.no_vectors", endpoint=self.endpoint, problem=detail)
            raise _AttemptError(unusable) from None

    def _read(self, response: httpx2.Response, until: float) -> bytes:
        """The body, up to a size and a time; a body may drip without end."""
        content = bytearray()
        for part in response.iter_bytes():
            content += part
            if len(content) > _MOST_BYTES:
                size = _MOST_BYTES >> 20
                raise ModelAnswerError("model.too_large", endpoint=self.endpoint, most=size)
            if time.monotonic() > until:
                seconds = f"{self.patience.attempt_s:.0f}"
                raise _AttemptError(
                    ModelUnavailableError("model.late", endpoint=self.endpoint, seconds=seconds)
                )
        return bytes(content)

    def _refusal(self, response: httpx2.Response, content: bytes) -> Exception:
        status = response.status_code
        said = " ".join(content.decode("utf-8", "replace").split())
        if self.endpoint.key:
            said = said.replace(self.endpoint.key, "***")
        kind = ModelUnavailableError if status in _PASSING else ModelRefusedError
        error = kind("model.status", endpoint=self.endpoint, status=status, said=said[:_QUOTED])
        if status in _PASSING:
            return _AttemptError(error, retry_after_s(response.headers))
        return error


class _UnusableError(ValueError):
    """What is wrong with an answer."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem.text())
        self.problem = problem


def _vectors(answer: Any, count: int) -> NDArray[np.float32]:
    rows = sorted(answer["data"], key=lambda row: int(row["index"]))
    if [row["index"] for row in rows] != list(range(count)):
        raise _UnusableError(Message.of("model.other_count", count=len(rows), texts=count))
    vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
    if vectors.ndim != 2 or not vectors.shape[1] or not np.isfinite(vectors).all():
        raise _UnusableError(Message.of("model.no_numbers"))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
