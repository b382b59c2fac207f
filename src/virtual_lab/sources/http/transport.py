"""The transport of requests: connects only to addresses that were checked.

It resolves the host of a URL, checks the addresses, and connects to one of them. TLS and the
``Host`` header still use the name, so certificates are verified as usual.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import httpcore2
import httpx2

from virtual_lab.errors import (
    FetchError,
    MissingExtraError,
    SettingError,
    SlowHostError,
    UnreachableHostError,
    UnusableAnswerError,
)
from virtual_lab.network import (
    LOOKUP_TIMEOUT_S,
    Network,
    certificate_problem,
    is_private_by_name,
)
from virtual_lab.sources.http.ssrf import AddressRules, Endpoint, endpoint, is_public

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of a host; raises OSError where there are none."""

_CONNECTION_ERRORS = (
    httpcore2.ConnectError,
    httpcore2.ConnectTimeout,
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
)
_DEFAULT_NETWORK = Network()
_MOST_ADDRESSES_TRIED = 4
_MAX_CONNECTIONS = 32
_KEEPALIVE_S = 15.0


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the resolver of the system.

    The resolver runs in a daemon thread, which the process does not wait for at its end: without an
    answer of the name server it may take much longer than a run.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str] | None, error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(addresses or [])

    def look_up() -> None:
        addresses: list[str] | None = None
        failure: OSError | None = None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        except OSError as error:
            failure = error
        except UnicodeError:
            failure = OSError("not a host name")
        except Exception as error:  # otherwise the caller would wait for ever
            failure = OSError(f"{type(error).__name__}: {error}")
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, addresses, failure)

    threading.Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    return await answer


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Opens the connections of a pool, to allowed addresses only."""

    def __init__(self, rules: AddressRules, resolver: Resolver = resolve) -> None:
        self._rules = rules
        self._resolver = resolver
        self._backend = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  (the signature is httpcore's)
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to an address of ``host``.

        Raises:
            ForbiddenAddressError: the host leads into a private network.
            httpcore2.ConnectError: the host has no address, or none answers.
            httpcore2.ConnectTimeout: resolving and connecting took longer than ``timeout`` seconds.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolver(host, port)
                self._rules.check_addresses(host, port, addresses)
                return await self._connect(addresses, port, timeout)
        except TimeoutError:
            raise httpcore2.ConnectTimeout(host) from None
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from None

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _connect(
        self, addresses: list[str], port: int, budget_s: float | None
    ) -> httpcore2.AsyncNetworkStream:
        """Try the addresses in order, each for an equal share of the time."""
        tried = addresses[:_MOST_ADDRESSES_TRIED]
        share = budget_s / len(tried) if budget_s and tried else budget_s
        failure: Exception = OSError("it has no address")
        for address in tried:
            try:
                return await self._backend.connect_tcp(address, port, timeout=share)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends requests over guarded connections; every failure is a ``FetchError``.

    A proxy is used for hosts of the public web and for hosts that cannot be resolved here. Hosts in
    a private network are connected to directly, where the rules refuse them. The proxy itself must
    protect its own network.

    Args:
        rules: which addresses may be fetched.
        resolver: gives the addresses of a host.
        network: the proxy, and the certificates that are trusted.
    """

    def __init__(
        self,
        rules: AddressRules,
        resolver: Resolver = resolve,
        network: Network = _DEFAULT_NETWORK,
    ) -> None:
        self._resolver = resolver
        self._network = network
        self._direct = httpcore2.AsyncConnectionPool(
            ssl_context=network.certificates(),
            max_connections=_MAX_CONNECTIONS,
            keepalive_expiry=_KEEPALIVE_S,
            network_backend=GuardedBackend(rules, resolver),
        )
        self._addresses_by_endpoint: dict[Endpoint, list[str]] = {}
        self._proxy_transports: dict[str, httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the body of the answer is not read yet."""
        with _fetch_errors(request.url.host):
            proxy = await self._proxy_for(request.url)
            return await (
                self._send_by_proxy(proxy, request) if proxy else self._send_directly(request)
            )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._direct.aclose()
        for transport in self._proxy_transports.values():
            await transport.aclose()

    async def _proxy_for(self, url: httpx2.URL) -> str | None:
        """The proxy for a URL; None without a proxy, or where the host is in a private network."""
        proxy = self._network.named_proxy(str(url))
        if proxy is None or is_private_by_name(url.host):
            return None
        host, port = endpoint(url)
        if (host, port) not in self._addresses_by_endpoint:
            self._addresses_by_endpoint[host, port] = await self._resolve(host, port)
        found = self._addresses_by_endpoint[host, port]
        is_outside = all(is_public(ip_address(one.partition("%")[0])) for one in found)
        return proxy if is_outside else None

    async def _resolve(self, host: str, port: int) -> list[str]:
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_S):
                return await self._resolver(host, port)
        except OSError:  # TimeoutError is one
            return []

    async def _send_by_proxy(self, proxy: str, request: httpx2.Request) -> httpx2.Response:
        if proxy not in self._proxy_transports:
            self._proxy_transports[proxy] = httpx2.AsyncHTTPTransport(
                verify=self._network.certificates(),
                proxy=self._network.httpx_proxy(proxy),
                limits=httpx2.Limits(
                    max_connections=_MAX_CONNECTIONS, keepalive_expiry=_KEEPALIVE_S
                ),
            )
        answer = await self._proxy_transports[proxy].handle_async_request(request)
        answer.stream = _Body(answer.stream, request.url.host)
        return answer

    async def _send_directly(self, request: httpx2.Request) -> httpx2.Response:
        sent = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": request.extensions.get("timeout", {})},
        )
        answer = await self._direct.handle_async_request(sent)
        return httpx2.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, request.url.host),
            extensions=answer.extensions,
        )


class _Body(httpx2.AsyncByteStream):
    def __init__(self, stream: object, host: str) -> None:
        self._stream = stream
        self._host = host

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not isinstance(self._stream, AsyncIterable):
            return
        with _fetch_errors(self._host):
            async for part in self._stream:
                yield part

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


@contextmanager
def _fetch_errors(host: str) -> Iterator[None]:
    """Turn errors of the connection into ``FetchError``."""
    try:
        yield
    except FetchError:
        raise
    except (MissingExtraError, SettingError) as error:
        raise UnreachableHostError(
            "fetch.host_problem", host=host, problem=error.message or ""
        ) from None
    except (httpcore2.ProxyError, httpx2.ProxyError) as error:
        raise UnreachableHostError("fetch.proxy_answers", host=host, said=error) from None
    except _CONNECTION_ERRORS as error:
        problem = certificate_problem(error)
        if not problem:
            raise UnreachableHostError("fetch.host", host=host) from None
        raise UnreachableHostError("fetch.host_problem", host=host, problem=problem) from None
    except (httpcore2.TimeoutException, httpx2.TimeoutException):
        raise SlowHostError("fetch.host", host=host) from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.TransportError):
        raise UnusableAnswerError("fetch.broke_off", host=host) from None
