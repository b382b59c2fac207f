"""The names of HTTP statuses, which are not the same in every Python."""

from __future__ import annotations

from http import HTTPStatus

_RENAMED = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""Those that RFC 9110 named anew; Python has its names from 3.13 on."""


def phrase(status: int) -> str:
    """The name of a status in RFC 9110, such as "Not Found" for 404.

    Raises:
        ValueError: no status has this number.
    """
    return _RENAMED.get(status) or HTTPStatus(status).phrase
