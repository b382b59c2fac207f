"""Writing a report to files, in the format that the ending names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from virtual_lab.domain import Report
from virtual_lab.errors import InvalidInputError
from virtual_lab.report.bibliography import to_bibtex, to_csl, to_ris
from virtual_lab.report.html import render_html
from virtual_lab.report.json import render_json
from virtual_lab.report.markdown import render_markdown
from virtual_lab.report.pdf import render_pdf, require_pdf


def check_targets(targets: Iterable[Path]) -> None:
    """Check before a long run that its report can be written.

    Raises:
        InvalidInputError: an ending is not known, or a folder is missing.
        MissingExtraError: what a PDF needs is not installed.
    """
    for target in targets:
        ending = _ending(target)
        if not ending:
            known = ", ".join(RENDERERS)
            raise InvalidInputError(f"{target}: the ending names the format; known are {known}")
        if ending == ".pdf":
            require_pdf()
        folder = target.absolute().parent
        if not folder.is_dir():
            raise InvalidInputError(f"{target}: there is no folder {folder}")
        if not os.access(folder, os.W_OK) or target.is_dir():
            raise InvalidInputError(f"{target}: it cannot be written")


def write_report(report: Report, target: Path) -> None:
    """Write a report; a file is there in full or not at all.

    Raises:
        InvalidInputError: the file cannot be written.
        MissingExtraError: what a PDF needs is not installed.
        RenderingError: the report cannot be written in this format.
    """
    content = RENDERERS[_ending(target)](report)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InvalidInputError(f"{target}: {error.strerror}") from None


def _ending(target: Path) -> str:
    """The longest known ending of a file; "" where none is."""
    name = target.name.lower()
    return max((known for known in RENDERERS if name.endswith(known)), key=len, default="")


def _docx(report: Report) -> bytes:
    # Imported here because it is slow to load, and rarely needed.
    from virtual_lab.report.docx import render_docx

    return render_docx(report)


RENDERERS: dict[str, Callable[[Report], bytes]] = {
    ".md": lambda report: render_markdown(report).encode(),
    ".html": lambda report: render_html(report).encode(),
    ".json": lambda report: render_json(report).encode(),
    ".docx": _docx,
    ".pdf": render_pdf,
    ".bib": lambda report: to_bibtex(report.references).encode(),
    ".ris": lambda report: to_ris(report.references).encode(),
    ".csl.json": lambda report: to_csl(report.references).encode(),
}
"""What makes the content of a file, by its ending."""
