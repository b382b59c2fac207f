"""Source names: the names of installed providers by which a question says what is searched."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticKnownError

from virtual_lab import plugins

STORED = {"stored": True}
"""The validation context of a stored question, which may name providers that are gone."""

_WHOLE = ("all", "none")


def _known() -> tuple[str, ...]:
    return (*_WHOLE, *plugins.keys(plugins.PROVIDERS))


def _name(name: str, info: ValidationInfo) -> str:
    known = _known()
    if info.context != STORED and name not in known:
        expected = plugins.in_words([f"'{name}'" for name in known], "or")
        raise PydanticKnownError("literal_error", {"expected": expected})
    return name


def _not_too_many(names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    most = len(_known())
    if info.context != STORED and len(names) > most:
        limit = {"field_type": "Tuple", "max_length": most, "actual_length": len(names)}
        raise PydanticKnownError("too_long", limit)
    return names


class _NamesInSchema:
    """Adds the names to the JSON schema, which is made after all modules are imported."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        known = _known()
        items = {**handler(schema)["items"], "enum": list(known)}
        return {"items": items, "type": "array", "maxItems": len(known)}


SourceNames = Annotated[
    tuple[Annotated[str, AfterValidator(_name)], ...],
    AfterValidator(_not_too_many),
    _NamesInSchema(),
]
"""Names of providers; "all" means all that are configured, "none" means only the library."""
