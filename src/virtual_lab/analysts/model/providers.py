"""From a model string to a chat model of LangChain, and how its provider is asked for JSON."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable

from virtual_lab.analysts.model.model_names import ModelName
from virtual_lab.errors import ModelUnavailableError, RealModelError, SettingError
from virtual_lab.loopback import is_local_address
from virtual_lab.network import Network, certificate_problem
from virtual_lab.settings import Settings, read_env_files

_MOST_BYTES = 8 << 20  # of one answer
_CONNECT_S = 10.0
_NO_KEY = "no-key"  # what a local server gets where none is set
_OLLAMA_DEFAULT = "http://127.0.0.1:11434"
_OPENAI_DEFAULT = "https://api.openai.com/v1"
_DEFAULT_NETWORK = Network()
_EXTRAS = {"anthropic": "anthropic", "google_genai": "google", "ollama": "ollama"}


class HttpClients(NamedTuple):
    """The connections of one run to OpenAI-compatible servers."""

    plain: httpx2.Client
    asynchronous: httpx2.AsyncClient

    @classmethod
    def open(
        cls, idle_s: float, base_url: str = "", network: Network = _DEFAULT_NETWORK
    ) -> HttpClients:
        """Connections to the server at ``base_url`` (OpenAI's where it is empty), which may be
        silent for ``idle_s`` seconds.

        Raises:
            SettingError, MissingExtraError: the proxy on the way cannot be used.
        """
        way = network.client_options(base_url or _OPENAI_DEFAULT)
        timeout = httpx2.Timeout(idle_s, connect=_CONNECT_S, pool=None)
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=64)
        return cls(
            httpx2.Client(timeout=timeout, **way),
            httpx2.AsyncClient(
                timeout=timeout,
                **way,
                limits=limits,
                event_hooks={"response": [_bound]},
            ),
        )

    async def aclose(self) -> None:
        """Close them all."""
        self.plain.close()
        await self.asynchronous.aclose()


class ReplyTooLargeError(Exception):
    """The server sends more than any answer holds."""


class _BoundedStream(httpx2.AsyncByteStream):
    """The body of an answer, up to a size."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._stream:
            size += len(part)
            if size > _MOST_BYTES:
                raise ReplyTooLargeError(f"the answer is larger than {_MOST_BYTES >> 20} MB")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx2.Response) -> None:
    response.stream = _BoundedStream(response.stream)


def make_model(name: ModelName, settings: Settings, clients: HttpClients) -> BaseChatModel:
    """The chat model of a name.

    Raises:
        SettingError: the provider is unknown, its package is not installed, or a key is missing.
        RealModelError: only models on this machine may be used, and this one is elsewhere.
    """
    if settings.only_local_models and not is_local(name, settings):
        raise RealModelError("model.name", model=name)
    options: dict[str, Any] = {"max_tokens": settings.answer_tokens}
    if settings.temperature is not None:
        options["temperature"] = settings.temperature
    if name.provider == "openai":
        options |= _openai_options(settings, clients)
    else:
        _let_provider_see_its_variables()
        Network.of(settings).prepare_environment()
    if name.provider == "ollama":
        options["client_kwargs"] = _ollama_way(settings)
        options["num_predict"] = options.pop("max_tokens")
    elif name.provider == "anthropic":
        options["max_retries"] = 0
    try:
        model: BaseChatModel = init_chat_model(name.name, model_provider=name.provider, **options)
    except ImportError as error:
        extra = _EXTRAS.get(name.provider)
        remedy = f"pip install 'pjt-virtual-lab[{extra}]'" if extra else _first_line(error)
        raise SettingError("setting.model_package", model=name, remedy=remedy) from None
    except Exception as error:
        # A provider's class says in its own words that a key is missing.
        raise SettingError("setting.model_refused", model=name, said=_first_line(error)) from None
    return model


def _let_provider_see_its_variables() -> None:
    """Clients read keys and addresses from the environment, which .env is not part of."""
    for variable, value in read_env_files().items():
        if variable.endswith(("_API_KEY", "_HOST")):
            os.environ.setdefault(variable, value)


def _ollama_way(settings: Settings) -> dict[str, Any]:
    """How the client of Ollama, which is one of httpx, reaches its server."""
    network = Network.of(settings)
    return {
        "verify": network.certificates(),
        "trust_env": False,
        "proxy": network.proxy_for(_ollama_address()),
        "follow_redirects": not settings.only_local_models,
    }


def _ollama_address() -> str:
    address = {**read_env_files(), **os.environ}.get("OLLAMA_HOST") or _OLLAMA_DEFAULT
    return address if "://" in address else f"http://{address}"


def _openai_options(settings: Settings, clients: HttpClients) -> dict[str, Any]:
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    if not key and not settings.openai_base_url:
        raise SettingError("setting.no_openai_key")
    return {
        "api_key": key or _NO_KEY,
        "base_url": settings.openai_base_url or None,
        "timeout": clients.asynchronous.timeout,  # else LangChain asks for none
        "http_client": clients.plain,
        "http_async_client": clients.asynchronous,
        "http_socket_options": (),  # else LangChain warns of proxies that these clients know of
        "openai_proxy": None,  # OPENAI_PROXY would be refused beside them
        "max_retries": 0,
        "use_responses_api": False,
    }


class JsonMode(Enum):
    """How JSON is asked for, from the strictest to what every server understands."""

    BOUNDED = "a schema that bounds every text"
    SCHEMA = "a schema"
    OBJECT = "some JSON object, its form in words"
    WORDS = "words alone"

    @property
    def by_schema(self) -> bool:
        """Whether the server is given the schema."""
        return self in (JsonMode.BOUNDED, JsonMode.SCHEMA)

    def next(self) -> JsonMode | None:
        """The way that is tried where a server does not understand this one."""
        ways = list(JsonMode)
        place = ways.index(self) + 1
        return ways[place] if place < len(ways) else None


def first_way(provider: str, base_url: str) -> JsonMode:
    """Texts are bounded for a server of one's own: small models repeat themselves without end."""
    own = provider == "ollama" or (provider == "openai" and bool(base_url))
    return JsonMode.BOUNDED if own else JsonMode.SCHEMA


def structured(
    model: BaseChatModel, provider: str, title: str, schema: dict[str, Any], way: JsonMode
) -> Runnable[Any, Any]:
    """``model`` made to answer with the JSON of ``schema``."""
    if provider == "openai":
        # In extra_body neither LangChain nor the client reads the answer: a truncated one would
        # raise there, and its text and its cost would be lost.
        if way.by_schema:
            wanted = {"name": title, "schema": schema, "strict": True}
            asked = {"type": "json_schema", "json_schema": wanted}
            return model.bind(extra_body={"response_format": asked})
        if way is JsonMode.OBJECT:
            return model.bind(extra_body={"response_format": {"type": "json_object"}})
        return model
    if provider == "ollama":
        form = schema if way.by_schema else "json"
        return model if way is JsonMode.WORDS else model.bind(format=form)
    if way.by_schema:
        return model.with_structured_output({"title": title, **schema}, include_raw=True)
    return model


async def served_model(settings: Settings, clients: HttpClients) -> str:
    """The first model that the server at OPENAI_BASE_URL says it serves.

    Raises:
        ModelUnavailableError: the server does not answer, or serves none.
    """
    address = settings.openai_base_url.rstrip("/") + "/models"
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else _NO_KEY
    try:
        answer = await clients.asynchronous.get(
            address, headers={"Authorization": f"Bearer {key}"}, timeout=_CONNECT_S
        )
        answer.raise_for_status()
        return str(answer.json()["data"][0]["id"])
    except (httpx2.HTTPError, ReplyTooLargeError, ValueError, LookupError, TypeError) as error:
        why = certificate_problem(error) or type(error).__name__
        raise ModelUnavailableError(
            "model.no_list", address=_without_secrets(address), reason=why
        ) from None


def is_local(name: ModelName, settings: Settings) -> bool:
    """Whether a model is served on this machine."""
    if name.provider == "openai":
        return is_local_address(settings.openai_base_url)
    if name.provider == "ollama":
        return is_local_address(_ollama_address())
    return False


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
