"""The registry of the installed exporters: all of them, and the one for a file name."""

from __future__ import annotations

from virtual_lab import plugins
from virtual_lab.report.declaration import ExporterDeclaration


def exporters() -> tuple[ExporterDeclaration, ...]:
    """All exporters, the built-in ones first."""
    return plugins.declared(ExporterDeclaration)


def endings() -> tuple[str, ...]:
    """The endings of all formats."""
    return tuple(exporter.ending for exporter in exporters())


def exporter_of(name: str) -> ExporterDeclaration | None:
    """The exporter with the longest ending that a file name has; None where there is none."""
    fitting = (exporter for exporter in exporters() if name.lower().endswith(exporter.ending))
    return max(fitting, key=lambda exporter: len(exporter.ending), default=None)
