"""Every setting, its default and one line of help."""

from virtual_lab.settings.describing import Description, describe
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
