"""The report as JSON: the fields of ``virtual_lab.domain.Report``."""

from __future__ import annotations

from virtual_lab.domain import Report


def render_json(report: Report) -> str:
    """The report as indented JSON, readable by ``Report.model_validate_json``."""
    return report.model_dump_json(indent=2) + "\n"
