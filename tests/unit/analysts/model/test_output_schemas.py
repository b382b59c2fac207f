from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from virtual_lab.analysts.model.output_schemas import (
    Answer,
    Corrections,
    Findings,
    Prose,
    Revision,
    Stand,
    Team,
    Translation,
    Verdicts,
    schema_of,
)

ALL = [Team, Findings, Revision, Corrections, Verdicts, Stand, Prose, Translation]


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)


@pytest.mark.parametrize("answer", ALL)
def test_a_schema_is_as_strict_modes_want_it(answer: type[Answer]) -> None:
    found = list(objects(schema_of(answer)))
    assert found
    for node in found:
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False
    text = json.dumps(schema_of(answer))
    for word in ('"title"', '"default"', '"maxLength"', '"null"'):
        assert word not in text


def test_texts_are_bounded_where_the_server_knows_bounds() -> None:
    assert '"maxLength"' in json.dumps(schema_of(Findings, bounded=True))


def test_the_main_list_can_be_shorter_but_never_below_its_least() -> None:
    assert schema_of(Findings, most=2)["properties"]["findings"]["maxItems"] == 2
    assert schema_of(Team, most=1)["properties"]["specialists"]["maxItems"] == 2
    assert schema_of(Findings)["properties"]["findings"]["maxItems"] == 12
