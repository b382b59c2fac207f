"""What the settings are, for a reader."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from virtual_lab.settings.settings import Settings, variable


class Description(NamedTuple):
    """A setting for a reader: the variable that sets it, its value, and what it is for."""

    name: str
    value: str
    default: str
    help: str


def describe(settings: Settings) -> list[Description]:
    """All settings group by group; the value of a secret is not in it."""
    return [
        Description(
            variable(name),
            _shown(getattr(settings, name)),
            _default(field),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    return "" if value is None else str(value)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "(by platform)"
    return _shown(field.default)
