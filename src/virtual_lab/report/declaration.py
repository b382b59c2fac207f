"""The declaration of an exporter: the format of reports that it writes, and its function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from virtual_lab.domain import Report
from virtual_lab.plugins import EXPORTERS, Declaration
from virtual_lab.report.citing import CitationStyle


def _needs_nothing() -> None:
    """The check of a format that every installation can write."""


class ExporterDeclaration(Declaration):
    """One format of reports, and the function that writes it.

    Attributes:
        ending: the ending of its files, such as ".bib" or ".csl.json".
        media_type: the media type of its files.
        render: gives the content of a file from a report and its style of citations; it imports
            heavy libraries itself.
        is_download: whether a browser saves the file instead of showing it.
        check: raises ``MissingExtraError`` where this installation cannot write the format; it is
            called before a long run.
    """

    group: ClassVar[str] = EXPORTERS

    ending: Annotated[
        str, StringConstraints(pattern=r"^(\.[a-z0-9]+)+$", min_length=2, max_length=30)
    ]
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$")]
    render: Callable[[Report, CitationStyle], str | bytes]
    is_download: bool = True
    check: Callable[[], None] = _needs_nothing

    @property
    def keys(self) -> tuple[str, ...]:
        """The ending, which no two exporters may share."""
        return (self.ending,)

    def content(self, report: Report, citations: CitationStyle) -> bytes:
        """A report as the content of a file, in UTF-8 where it is text.

        Raises:
            MissingExtraError: something that the format needs is not installed.
            RenderingError: the report cannot be written in this format.
        """
        content = self.render(report, citations)
        return content.encode() if isinstance(content, str) else content
