"""Descriptions of the settings, for users."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from virtual_lab.settings.settings import Settings, variable


class Description(NamedTuple):
    """A setting: its environment variable, its value, its default and its help."""

    name: str
    value: str
    default: str
    help: str


def describe(settings: Settings) -> list[Description]:
    """All settings, group by group, with the values of secrets hidden."""
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
