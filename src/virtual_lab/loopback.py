"""Loopback addresses, which are those of this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_local_address(url: str) -> bool:
    """Whether the host of a URL is ``localhost`` or a loopback address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
