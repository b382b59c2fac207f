"""How requests leave this machine: by which proxy, and which certificates are believed.

Proxies come from the variables that other programs read as well: ``HTTP_PROXY``, ``HTTPS_PROXY``,
``ALL_PROXY`` and ``NO_PROXY``, in capitals or not. Loopback and private addresses are never asked
through one, whatever ``NO_PROXY`` says, and nothing is where only local models may be used.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from virtual_lab.errors import MissingExtraError, SettingError

if TYPE_CHECKING:
    import httpx2

    from virtual_lab.settings import Settings

LOOKUP_S = 2.5
"""How long it may take to see where a host leads; a resolver that is away takes far longer."""

_SCHEMES = ("http", "https", "socks5", "socks5h")
_LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")
_ADDRESS_VARIABLES = ("_BASE_URL", "_API_BASE", "_API_URL", "_ENDPOINT", "_HOST")


class Network(NamedTuple):
    """The way to the outside.

    ``ca_bundle`` is a PEM file of certificates that are believed besides the system's; with
    ``direct_only`` no proxy is used.
    """

    ca_bundle: Path | None = None
    direct_only: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Network:
        """The way that the settings name."""
        return cls(settings.ca_bundle, settings.only_local_models)

    def proxy_for(self, url: str) -> str | None:
        """The address of the proxy that ``url`` is asked through, with the password that it may
        hold; None where it is asked directly.

        It may look the host up, for up to 2.5 seconds.

        Raises:
            SettingError, MissingExtraError: see ``named_proxy``.
        """
        proxy = self.named_proxy(url)
        return None if proxy is None or leads_inside(urlsplit(url).hostname or "") else proxy

    def named_proxy(self, url: str) -> str | None:
        """The proxy that the environment names for ``url``, wherever that leads.

        Raises:
            SettingError: the proxy's address cannot be used.
            MissingExtraError: it is a SOCKS proxy, and the package for it is not installed.
        """
        parts = urlsplit(url)
        found = getproxies()
        proxy = found.get(parts.scheme) or found.get("all")
        if self.direct_only or not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
            return None
        return _checked(proxy if "://" in proxy else f"http://{proxy}")

    def certificates(self) -> ssl.SSLContext:
        """The certificates that are believed: the system's, and those of ``ca_bundle``."""
        return _certificates(self.ca_bundle)

    def proxied(self, proxy: str) -> httpx2.Proxy:
        """``proxy`` as httpx2 takes it."""
        import httpx2

        is_tls = proxy.startswith("https://")
        return httpx2.Proxy(proxy, ssl_context=self.certificates() if is_tls else None)

    def client_options(self, url: str) -> dict[str, Any]:
        """What a client of httpx2 is made with that asks ``url`` and no other host.

        Raises:
            SettingError, MissingExtraError: the proxy cannot be used.
        """
        proxy = self.proxy_for(url)
        return {
            "verify": self.certificates(),
            "trust_env": False,
            "proxy": self.proxied(proxy) if proxy else None,
        }

    def keep_traces_here(self) -> None:
        """With ``direct_only``, stop LangChain from sending prompts to LangSmith, in this process,
        whatever ``LANGSMITH_TRACING`` says."""
        if self.direct_only:
            import langsmith

            langsmith.configure(enabled=False)

    def prepare_environment(self) -> None:
        """Let clients that read the environment themselves do as this module does.

        Hosts of addresses in the environment that lead inside are added to ``NO_PROXY``, and
        ``ca_bundle`` becomes ``SSL_CERT_FILE``, which stands in for the system's certificates.

        Raises:
            SettingError, MissingExtraError: a proxy cannot be used.
        """
        self.certificates()  # read before SSL_CERT_FILE is set, to have the system's as well
        if self.ca_bundle:
            os.environ.setdefault("SSL_CERT_FILE", str(self.ca_bundle))
        if self.named_proxy("http://") or self.named_proxy("https://"):
            _leave_out(host for host in _hosts_in_environment() if leads_inside(host))


def leads_inside(host: str) -> bool:
    """Whether a host is this machine, or lies in a private network.

    A name that cannot be looked up lies outside: behind many proxies, none of those can.
    """
    host = host.lower().rstrip(".")
    return is_inside_by_name(host) or any(_is_private(address) for address in _addresses(host))


def is_inside_by_name(host: str) -> bool:
    """Whether a host is inside by the way that it is written, without looking it up."""
    host = host.lower().rstrip(".")
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_ENDINGS)
    return _is_private(host)


def certificate_problem(error: BaseException | None) -> str:
    """What is wrong with a certificate, and what to do; "" where an error is about none."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return (
                f"its certificate cannot be verified ({error.verify_message}); where a company"
                " signs its own, name the file of its certificates with VIRTUAL_LAB_CA_BUNDLE"
            )
        error = error.__cause__ or error.__context__
    return ""


@cache
def _certificates(ca_bundle: Path | None) -> ssl.SSLContext:
    """Loaded once: it takes as long as several calls."""
    import httpx2  # runs without a model and without the web start sooner

    # This process, or the one that started it, may have named the bundle there for other clients;
    # then the variable does not stand for the system's certificates.
    is_ours = os.environ.get("SSL_CERT_FILE") == str(ca_bundle)
    context = httpx2.create_ssl_context(trust_env=not is_ours)
    if ca_bundle:
        context.load_verify_locations(ca_bundle)
    return context


def _checked(proxy: str) -> str:
    """A proxy's address, where it can be used; its password is in no message."""
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
    parsed = ip_address(address.partition("%")[0])
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return not parsed.is_global


def _addresses(host: str) -> list[str]:
    """What a host resolves to; nothing where that is not known in time."""
    found: list[str] = []

    def look_up() -> None:
        with suppress(OSError, UnicodeError):
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found.extend(str(entry[4][0]) for entry in entries)

    thread = threading.Thread(target=look_up, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(LOOKUP_S)
    return list(found)


def _hosts_in_environment() -> set[str]:
    """The hosts of all addresses of services that the environment sets."""
    values = [v for name, v in os.environ.items() if name.upper().endswith(_ADDRESS_VARIABLES)]
    hosts = set()
    for value in values:
        with suppress(ValueError):
            hosts.add(urlsplit(value if "://" in value else f"//{value}").hostname or "")
    return hosts - {""}


def _leave_out(hosts: Iterable[str]) -> None:
    """Add hosts to ``NO_PROXY``, in both of its spellings, since clients differ in which counts."""
    before = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    named = dict.fromkeys([*filter(None, before.split(",")), *sorted(hosts)])
    if named:
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(named)
