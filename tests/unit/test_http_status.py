"""The names of HTTP statuses are the same in every Python."""

from __future__ import annotations

import pytest

from virtual_lab.http_status import phrase


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (404, "Not Found"),
        (413, "Content Too Large"),
        (414, "URI Too Long"),
        (416, "Range Not Satisfiable"),
        (422, "Unprocessable Content"),
    ],
)
def test_a_status_has_its_name_of_the_standard(status: int, name: str) -> None:
    assert phrase(status) == name


def test_a_number_that_is_no_status_has_no_name() -> None:
    with pytest.raises(ValueError, match="799"):
        phrase(799)
