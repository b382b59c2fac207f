"""What an exporter of reports declares: the format that it writes, and the function that does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from virtual_lab.domain import Report
from virtual_lab.plugins import EXPORTERS, Declaration
from virtual_lab.report.citing import CitationStyle


def _needs_nothing() -> None:
    """Every installation can write most formats."""


class ExporterDeclaration(Declaration):
    """One format of reports, and what writes it.

    ``ending`` is that of its files, such as ".bib" or ".csl.json". ``render`` gives the content of
    a file, from a report and how it cites its references; heavy libraries are imported within it.
    A browser keeps the file where ``is_download`` is set, else it shows it. ``check`` raises a
    ``MissingExtraError`` where the format cannot be written in this installation; it is called
    before a long run.
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
        """Its ending."""
        return (self.ending,)

    def content(self, report: Report, citations: CitationStyle) -> bytes:
        """A report as the content of a file, in UTF-8 where it is text.

        Raises:
            MissingExtraError: something that the format needs is not installed.
            RenderingError: the report cannot be written in this format.
        """
        made = self.render(report, citations)
        return made.encode() if isinstance(made, str) else made
