"""The rules against server-side request forgery: only addresses of the public web are fetched.

The form of a URL is checked first. The addresses of its host are checked when a connection is
opened (``transport.py``), so that neither a redirect nor a name that changes its address between
two look-ups (DNS rebinding) leads into a private network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import httpx2

from virtual_lab.errors import ForbiddenAddressError

Address = IPv4Address | IPv6Address
Endpoint = tuple[str, int]
"""A host as written in a URL, and a port."""

_WEB_PORTS = frozenset({80, 443, 8080, 8443})


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part) for part in text.split())


# The blocks of the IANA special-purpose registries that are not globally reachable, with
# multicast, the reserved rest, and Azure's metadata service on an otherwise public address.
_PRIVATE_V4 = _networks(
    """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24
    198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32
    """
)
_GLOBAL_V6 = ip_network("2000::/3")
_PRIVATE_V6 = _networks("2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20")
_NAT64 = ip_network("64:ff9b::/96")

# By the URL standard, a host whose last part is such a number is an IPv4 address.
_NUMERIC_PART = re.compile(r"(?:\d+|0[xX][0-9A-Fa-f]*)")
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
_LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".onion")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _PRIVATE_V4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _GLOBAL_V6 and not any(address in network for network in _PRIVATE_V6)


class AddressRules:
    """Decides which addresses may be fetched.

    Args:
        trusted: endpoints that may be fetched also in a private network. They come from the
            administrator's settings (a private SearXNG) or from a test, never from a question, a
            search result or a redirect.
    """

    def __init__(self, trusted: Iterable[Endpoint] = ()) -> None:
        self._trusted = frozenset(trusted)

    def check_url(self, url: str) -> httpx2.URL:
        """The parsed URL, if its form is allowed.

        Raises:
            ForbiddenAddressError: the URL has another scheme than http and https, a user name, an
                unusual port, a local name or an obscured number as its host, or an address of a
                private network.
        """
        if any(ord(character) <= 0x20 or character == "\\" for character in url):
            raise ForbiddenAddressError("fetch.odd_characters")
        try:
            parsed = httpx2.URL(url)
        except httpx2.InvalidURL:
            raise ForbiddenAddressError("fetch.not_a_url") from None
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise ForbiddenAddressError("fetch.other_scheme")
        if parsed.userinfo:
            raise ForbiddenAddressError("fetch.user_name")
        if endpoint(parsed) not in self._trusted:
            _check_host(parsed.raw_host.decode("ascii"))
            if endpoint(parsed)[1] not in _WEB_PORTS:
                raise ForbiddenAddressError("fetch.other_port", port=parsed.port)
        return parsed

    def check_addresses(self, host: str, port: int, addresses: Iterable[str]) -> None:
        """Check the addresses that a host resolves to.

        Raises:
            ForbiddenAddressError: at least one address is not public.
        """
        if (host, port) in self._trusted:
            return
        for address in addresses:
            if not is_public(ip_address(address.partition("%")[0])):
                raise ForbiddenAddressError("fetch.leads_into_private_network", host=host)


def endpoint(url: httpx2.URL) -> Endpoint:
    """The host and the port that a URL leads to."""
    return url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


def _check_host(host: str) -> None:
    if ":" in host:
        address: Address = IPv6Address(host)
    elif _NUMERIC_PART.fullmatch(host.rstrip(".").rpartition(".")[2]):
        try:
            address = IPv4Address(host)
        except ValueError:
            raise ForbiddenAddressError("fetch.host_in_disguise") from None
    elif not _HOST_NAME.fullmatch(host):
        raise ForbiddenAddressError("fetch.host_not_a_name")
    elif "." not in host.rstrip(".") or host.rstrip(".").endswith(_LOCAL_ENDINGS):
        raise ForbiddenAddressError("fetch.local_name")
    else:
        return
    if not is_public(address):
        raise ForbiddenAddressError("fetch.in_private_network", host=host)
