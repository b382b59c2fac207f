"""The chat models of LangChain, their connections, and how providers are asked for JSON."""

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
from virtual_lab.network import Network, certificate_problem, is_loopback_url
from virtual_lab.settings import Settings, read_env_files

_MOST_ANSWER_BYTES = 8 << 20
_CONNECT_TIMEOUT_S = 10.0
_PLACEHOLDER_KEY = "no-key"  # clients demand a key, local servers do not
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
        """Connections to one server.

        Args:
            idle_s: how many seconds the server may send nothing.
            base_url: the address of the server; that of OpenAI where it is empty.
            network: the proxy, and the certificates that are trusted.

        Raises:
            SettingError, MissingExtraError: the proxy cannot be used.
        """
        options = network.client_options(base_url or _OPENAI_DEFAULT)
        timeout = httpx2.Timeout(idle_s, connect=_CONNECT_TIMEOUT_S, pool=None)
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=64)
        return cls(
            httpx2.Client(timeout=timeout, **options),
            httpx2.AsyncClient(
                timeout=timeout,
                **options,
                limits=limits,
                event_hooks={"response": [_limit_size]},
            ),
        )

    async def aclose(self) -> None:
        """Close all connections."""
        self.plain.close()
        await self.asynchronous.aclose()


class ReplyTooLargeError(Exception):
    """The server sends more than an answer can hold."""


class _BoundedStream(httpx2.AsyncByteStream):
    """The body of an answer, up to a largest size."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._stream:
            size += len(part)
            if size > _MOST_ANSWER_BYTES:
                raise ReplyTooLargeError(f"the answer is larger than {_MOST_ANSWER_BYTES >> 20} MB")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _limit_size(response: httpx2.Response) -> None:
    response.stream = _BoundedStream(response.stream)


def make_model(name: ModelName, settings: Settings, clients: HttpClients) -> BaseChatModel:
    """The chat model with a name.

    Raises:
        SettingError: the provider is unknown, its package is not installed, or a key is missing.
        RealModelError: only models on this machine are allowed, and this one is elsewhere.
    """
    if settings.only_local_models and not is_local(name, settings):
        raise RealModelError("model.name", model=name)
    options: dict[str, Any] = {"max_tokens": settings.answer_tokens}
    if settings.temperature is not None:
        options["temperature"] = settings.temperature
    if name.provider == "openai":
        options |= _openai_options(settings, clients)
    else:
        _export_provider_variables()
        Network.of(settings).prepare_environment()
    if name.provider == "ollama":
        options["client_kwargs"] = _ollama_client_options(settings)
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
        # Each provider's class has its own exception for a missing key.
        raise SettingError("setting.model_refused", model=name, said=_first_line(error)) from None
    return model


def _export_provider_variables() -> None:
    """Copy keys and addresses from .env to the environment, where clients look for them."""
    for variable, value in read_env_files().items():
        if variable.endswith(("_API_KEY", "_HOST")):
            os.environ.setdefault(variable, value)


def _ollama_client_options(settings: Settings) -> dict[str, Any]:
    """The options of the HTTP client (httpx) that the client of Ollama uses."""
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
        "api_key": key or _PLACEHOLDER_KEY,
        "base_url": settings.openai_base_url or None,
        "timeout": clients.asynchronous.timeout,  # LangChain's own default is none
        "http_client": clients.plain,
        "http_async_client": clients.asynchronous,
        "http_socket_options": (),  # avoids a warning about proxies
        "openai_proxy": None,  # OPENAI_PROXY is not allowed beside own clients
        "max_retries": 0,
        "use_responses_api": False,
    }


class JsonMode(Enum):
    """How JSON is requested, from the strictest way to the one that every server supports."""

    BOUNDED = "a schema that bounds every text"
    SCHEMA = "a schema"
    OBJECT = "some JSON object, its form in words"
    WORDS = "words alone"

    @property
    def uses_schema(self) -> bool:
        """Whether the request holds a schema."""
        return self in (JsonMode.BOUNDED, JsonMode.SCHEMA)

    def next(self) -> JsonMode | None:
        """The mode to try where a server does not support this one; None after the last."""
        modes = list(JsonMode)
        place = modes.index(self) + 1
        return modes[place] if place < len(modes) else None


def first_json_mode(provider: str, base_url: str) -> JsonMode:
    """The first mode for a provider. Texts are bounded on self-hosted servers, since small models
    may repeat themselves without end."""
    is_self_hosted = provider == "ollama" or (provider == "openai" and bool(base_url))
    return JsonMode.BOUNDED if is_self_hosted else JsonMode.SCHEMA


def with_json_output(
    model: BaseChatModel, provider: str, title: str, schema: dict[str, Any], json_mode: JsonMode
) -> Runnable[Any, Any]:
    """``model`` bound to answer with JSON of ``schema``."""
    if provider == "openai":
        # With other arguments the client parses the answer itself. For a truncated one it raises,
        # so that its text and its cost are lost.
        if json_mode.uses_schema:
            wanted = {"name": title, "schema": schema, "strict": True}
            asked = {"type": "json_schema", "json_schema": wanted}
            return model.bind(extra_body={"response_format": asked})
        if json_mode is JsonMode.OBJECT:
            return model.bind(extra_body={"response_format": {"type": "json_object"}})
        return model
    if provider == "ollama":
        form = schema if json_mode.uses_schema else "json"
        return model if json_mode is JsonMode.WORDS else model.bind(format=form)
    if json_mode.uses_schema:
        return model.with_structured_output({"title": title, **schema}, include_raw=True)
    return model


async def served_model(settings: Settings, clients: HttpClients) -> str:
    """The name of the first model in the list of the server at OPENAI_BASE_URL.

    Raises:
        ModelUnavailableError: the server does not answer, or lists no model.
    """
    address = settings.openai_base_url.rstrip("/") + "/models"
    key = (
        settings.openai_api_key.get_secret_value() if settings.openai_api_key else _PLACEHOLDER_KEY
    )
    try:
        answer = await clients.asynchronous.get(
            address, headers={"Authorization": f"Bearer {key}"}, timeout=_CONNECT_TIMEOUT_S
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
        return is_loopback_url(settings.openai_base_url)
    if name.provider == "ollama":
        return is_loopback_url(_ollama_address())
    return False


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
