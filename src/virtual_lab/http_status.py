"""The names of HTTP statuses, the same in every version of Python."""

from __future__ import annotations

from http import HTTPStatus

_RENAMED = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""The names that RFC 9110 changed; Python has them since version 3.13."""


def phrase(status: int) -> str:
    """The name of a status in RFC 9110, such as "Not Found" for 404.

    Raises:
        ValueError: there is no status with this number.
    """
    return _RENAMED.get(status) or HTTPStatus(status).phrase
