"""Report files: a report is written in the format that the ending of the file names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from virtual_lab.domain import Report
from virtual_lab.errors import InvalidInputError
from virtual_lab.plugins import in_words
from virtual_lab.report.citing import CitationStyle
from virtual_lab.report.declaration import ExporterDeclaration
from virtual_lab.report.registry import endings, exporter_of


def check_targets(targets: Iterable[Path]) -> None:
    """Check before a long run that its report can be written.

    Raises:
        InvalidInputError: an ending is not known, or a folder is missing.
        MissingExtraError: what the format needs is not installed.
    """
    for target in targets:
        _exporter(target).check()
        folder = target.absolute().parent
        if not folder.is_dir():
            raise InvalidInputError("report.no_folder", file=target, folder=folder)
        if not os.access(folder, os.W_OK) or target.is_dir():
            raise InvalidInputError("report.not_writable", file=target)


def write_report(report: Report, citations: CitationStyle, target: Path) -> None:
    """Write a report to a file, completely or not at all.

    Raises:
        InvalidInputError: the file cannot be written.
        MissingExtraError: what the format needs is not installed.
        RenderingError: the report cannot be written in this format.
    """
    content = _exporter(target).content(report, citations)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InvalidInputError("report.file", file=target, problem=error.strerror) from None


def _exporter(target: Path) -> ExporterDeclaration:
    """The exporter for a file.

    Raises:
        InvalidInputError: the ending of the file is not known.
    """
    exporter = exporter_of(target.name)
    if exporter is None:
        known = in_words(endings())
        raise InvalidInputError("report.unknown_ending", file=target, known=known)
    return exporter
