"""The settings: each with its default and one line of help."""

from virtual_lab.settings.describe import Description, describe
from virtual_lab.settings.settings import (
    PREFIX,
    Settings,
    load_settings,
    read_env_files,
    variable,
)

__all__ = [
    "PREFIX",
    "Description",
    "Settings",
    "describe",
    "load_settings",
    "read_env_files",
    "variable",
]
