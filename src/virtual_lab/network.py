"""The network: the proxy of outgoing requests, trusted certificates, and which hosts are private.

Proxies come from the usual variables: ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY`` and
``NO_PROXY``, in capitals or not. Requests to loopback and private addresses never use a proxy, and
no request does where only local models are allowed.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from virtual_lab.errors import MissingExtraError, SettingError
from virtual_lab.messages import Message

if TYPE_CHECKING:
    import httpx2

    from virtual_lab.settings import Settings

LOOKUP_TIMEOUT_S = 2.5
"""The longest time to look up a host; without it, a name server that is away takes far longer."""

_SCHEMES = ("http", "https", "socks5", "socks5h")
_LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")
_ADDRESS_VARIABLES = ("_BASE_URL", "_API_BASE", "_API_URL", "_ENDPOINT", "_HOST")


class Network(NamedTuple):
    """The network settings of outgoing requests.

    Attributes:
        ca_bundle: a PEM file of certificates that are trusted besides those of the system.
        direct_only: whether proxies are ignored.
    """

    ca_bundle: Path | None = None
    direct_only: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Network:
        """The network of the settings."""
        return cls(settings.ca_bundle, settings.only_local_models)

    def proxy_for(self, url: str) -> str | None:
        """The proxy for ``url``, perhaps with a password in its address; None for a direct request.

        The host may be looked up, which takes up to 2.5 seconds.

        Raises:
            SettingError, MissingExtraError: see ``named_proxy``.
        """
        proxy = self.named_proxy(url)
        return None if proxy is None or is_private_host(urlsplit(url).hostname or "") else proxy

    def named_proxy(self, url: str) -> str | None:
        """The proxy that the environment names for ``url``, also if the host is private.

        Raises:
            SettingError: the address of the proxy cannot be used.
            MissingExtraError: the package for SOCKS proxies is not installed.
        """
        parts = urlsplit(url)
        found = getproxies()
        proxy = found.get(parts.scheme) or found.get("all")
        if self.direct_only or not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
            return None
        return _usable_proxy(proxy if "://" in proxy else f"http://{proxy}")

    def certificates(self) -> ssl.SSLContext:
        """A context that trusts the certificates of the system and of ``ca_bundle``."""
        return _certificates(self.ca_bundle)

    def httpx_proxy(self, proxy: str) -> httpx2.Proxy:
        """The proxy of httpx2 for an address."""
        import httpx2

        is_tls = proxy.startswith("https://")
        return httpx2.Proxy(proxy, ssl_context=self.certificates() if is_tls else None)

    def client_options(self, url: str) -> dict[str, Any]:
        """The options of an httpx2 client that sends requests to the host of ``url`` only.

        Raises:
            SettingError, MissingExtraError: the proxy cannot be used.
        """
        proxy = self.proxy_for(url)
        return {
            "verify": self.certificates(),
            "trust_env": False,
            "proxy": self.httpx_proxy(proxy) if proxy else None,
        }

    def disable_tracing(self) -> None:
        """With ``direct_only``, stop LangChain in this process from sending prompts to LangSmith,
        even if ``LANGSMITH_TRACING`` is set."""
        if self.direct_only:
            import langsmith

            langsmith.configure(enabled=False)

    def prepare_environment(self) -> None:
        """Set the variables of clients that read proxies and certificates from the environment.

        Private hosts that the environment names are added to ``NO_PROXY``, and ``ca_bundle``
        becomes ``SSL_CERT_FILE``, which replaces the certificates of the system.

        Raises:
            SettingError, MissingExtraError: a proxy cannot be used.
        """
        self.certificates()  # cached before SSL_CERT_FILE is set, to include the system's
        if self.ca_bundle:
            os.environ.setdefault("SSL_CERT_FILE", str(self.ca_bundle))
        if self.named_proxy("http://") or self.named_proxy("https://"):
            _exclude_from_proxy(host for host in _hosts_in_environment() if is_private_host(host))


def is_loopback_url(url: str) -> bool:
    """Whether the host of a URL is ``localhost`` or a loopback address, without a look-up."""
    return is_loopback(urlsplit(url).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host is ``localhost`` or a loopback address, without a look-up."""
    address = address_of(host)
    return host == "localhost" if address is None else address.is_loopback


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """The address of a host that is written as one; an IPv4 address within IPv6 as IPv4."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def is_private_host(host: str) -> bool:
    """Whether a host is this machine, or is in a private network.

    A name that cannot be looked up counts as public: behind many proxies no public name can be.
    """
    host = host.lower().rstrip(".")
    return is_private_by_name(host) or any(_is_private(address) for address in _look_up(host))


def is_private_by_name(host: str) -> bool:
    """Whether a host is private by its address or its name alone, without a look-up."""
    host = host.lower().rstrip(".")
    if address_of(host.partition("%")[0]):
        return _is_private(host)
    return "." not in host or host.endswith(_LOCAL_ENDINGS)


def certificate_problem(error: BaseException | None) -> Message | None:
    """What is wrong with a certificate, and what to do; None where an error has another cause."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return Message.of("fetch.certificate", problem=error.verify_message)
        error = error.__cause__ or error.__context__
    return None


@cache
def _certificates(ca_bundle: Path | None) -> ssl.SSLContext:
    """The context of ``Network.certificates``; cached, since loading it is slow."""
    import httpx2  # here, since runs that send no requests start faster without it

    # ``prepare_environment`` of this process or its parent may have set the variable.
    is_ours = os.environ.get("SSL_CERT_FILE") == str(ca_bundle)
    context = httpx2.create_ssl_context(trust_env=not is_ours)
    if ca_bundle:
        context.load_verify_locations(ca_bundle)
    return context


def _usable_proxy(proxy: str) -> str:
    """The address of a proxy, if it can be used; errors do not show its password."""
    try:
        parts = urlsplit(proxy)
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        is_usable = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        shown, is_usable = "the proxy's address", False
    if not is_usable:
        raise SettingError("setting.proxy", proxy=shown, schemes=", ".join(_SCHEMES))
    if parts.scheme.startswith("socks"):
        try:
            import socksio  # noqa: F401
        except ImportError:
            raise MissingExtraError("setting.proxy_package", proxy=shown) from None
    return proxy


def _is_private(address: str) -> bool:
    parsed = address_of(address.partition("%")[0])
    return parsed is not None and not parsed.is_global


def _look_up(host: str) -> list[str]:
    """The addresses of a host; empty where they are not known in time."""
    found: list[str] = []

    def look_up() -> None:
        with suppress(OSError, UnicodeError):
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found.extend(str(entry[4][0]) for entry in entries)

    thread = threading.Thread(target=look_up, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(LOOKUP_TIMEOUT_S)
    return list(found)


def _hosts_in_environment() -> set[str]:
    """The hosts of the services whose addresses are in the environment."""
    values = [v for name, v in os.environ.items() if name.upper().endswith(_ADDRESS_VARIABLES)]
    hosts = set()
    for value in values:
        with suppress(ValueError):
            hosts.add(urlsplit(value if "://" in value else f"//{value}").hostname or "")
    return hosts - {""}


def _exclude_from_proxy(hosts: Iterable[str]) -> None:
    """Add hosts to ``NO_PROXY`` and ``no_proxy``: some clients read the one, some the other."""
    before = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    named = dict.fromkeys([*filter(None, before.split(",")), *sorted(hosts)])
    if named:
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(named)
