"""Addresses of databases and brokers, refused where two parsers could read them differently.

Otherwise a part of the password could be taken for a part of the address that logs may show.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

ESCAPES = "in user and password write / ? # @ % as %2F %3F %23 %40 %25"

_REDIS = ("redis", "rediss", "redis+socket", "unix")


def is_plain_address(url: str) -> bool:
    """Whether all parsers find the same password in an address."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError where the port is no number
    except ValueError:
        return False
    credentials, _, _ = parts.netloc.rpartition("@")
    is_escaped = not re.search("%(?![0-9A-Fa-f]{2})", url)
    is_one_word = not re.search(r"\s", url)
    is_hidden = not any("password" in name.lower() for name in parse_qs(parts.query))
    return (
        is_escaped
        and is_one_word
        and is_hidden
        and not parts.fragment
        and "@" not in credentials + parts.path + parts.query
    )


def redis_address(value: SecretStr | None) -> SecretStr | None:
    """Give the address of a Redis back, if it is valid.

    Raises:
        ValueError: it is not valid; the message says how to write it, without the given value.
    """
    url = value.get_secret_value().strip() if value else ""
    if url and not (_scheme(url) in _REDIS and is_plain_address(url)):
        raise ValueError(f"write it as redis://USER:PASSWORD@HOST:PORT/NUMBER; {ESCAPES}")
    return value


def _scheme(url: str) -> str:
    """The part before "://" in lower case; "" where there is none."""
    scheme, mark, _ = url.partition("://")
    return scheme.lower() if mark else ""
