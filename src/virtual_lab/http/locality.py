"""Locality: whether a call comes from this machine, and not through a proxy on it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from virtual_lab.messages import Message
from virtual_lab.network import address_of, is_loopback

_PROXY_HEADERS = frozenset(
    {
        "cdn-loop",
        "client-ip",
        "fastly-client-ip",
        "fly-client-ip",
        "forwarded",
        "front-end-https",
        "proxy-client-ip",
        "true-client-ip",
        "via",
        "wl-proxy-client-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-host",
        "x-proxyuser-ip",
        "x-real-ip",
        "x-scheme",
    }
)
"""Headers that only proxies set, in lower case."""

_PROXY_HEADER_PREFIXES = (
    "cf-",
    "tailscale-",
    "x-amz-cf-",
    "x-appengine-",
    "x-arr-",
    "x-azure-",
    "x-envoy-",
    "x-forwarded",
    "x-original-",
)


def why_not_local(
    scope: Scope, headers: Headers, *, is_network_served: bool = False
) -> Message | None:
    """Why a call does not count as one of this machine; None where it does.

    A proxy on this machine calls from a loopback address. It is recognised by a header of its own,
    by the host name that the user called, by the browser's page, or by HTTP/1.0. A proxy without
    any of these cannot be distinguished from a program on this machine.

    Args:
        scope: the scope of the call.
        headers: the headers of the call.
        is_network_served: accept calls of other machines to the server's own address. Proxies and
            other host names are still refused.
    """
    if name := _header_of_a_proxy(headers):
        return Message.of("call.proxy_header", name=name)
    if scope.get("http_version") == "1.0":
        return Message.of("call.proxy_http_1_0")
    client = scope.get("client")
    if client and not is_network_served and not is_loopback(client[0]):
        return Message.of("call.other_machine")
    own = address_of((scope.get("server") or ("",))[0]) if is_network_served else None
    hosts = [hostname(f"//{host}") for host in headers.getlist("host")] or [""]
    if not all(_is_own(host, own) for host in hosts):
        return Message.of("call.other_name")
    page = _page(headers)
    if page and not _is_own(hostname(page), own):
        return Message.of("call.page_of_other_name")
    return None


def hostname(url: str) -> str:
    """The host of a URL, in lower case; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _header_of_a_proxy(headers: Headers) -> str | None:
    name: str
    for name in headers:
        if name in _PROXY_HEADERS or name.startswith(_PROXY_HEADER_PREFIXES):
            return name
    return None


def _page(headers: Headers) -> str | None:
    """The page of this site from which a browser calls; None for a page of another site.

    A page of another site is no sign of a proxy, since it may contain a link to this machine.
    """
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return None
    page: str = headers.get("origin") or headers.get("referer", "")
    return page or None


def _is_own(host: str, address: IPv4Address | IPv6Address | None) -> bool:
    if is_loopback(host) or host.endswith(".localhost"):
        return True
    return address is not None and address_of(host) == address
