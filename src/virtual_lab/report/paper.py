"""The paper: a laid-out report, from which the exporters make Markdown, HTML, DOCX and PDF.

Its blocks are in the order of the report. Every text is in the paper's language, on one line, and
without characters that cannot be printed, so an exporter only formats it.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator

from virtual_lab.domain import Language, Value

# Control characters that XML 1.0 forbids, non-characters, and the controls that change the writing
# direction, with which a quote could rearrange the words after it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
    "\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def printable(text: str) -> str:
    """``text`` on one line, without the characters that cannot or must not be printed."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


def disagreement_anchor(number: int) -> str:
    """The name of the link target at a disagreement."""
    return f"disagreement_{number}"


def reference_anchor(number: int) -> str:
    """The name of the link target at a reference."""
    return f"reference_{number}"


Line = Annotated[str, AfterValidator(printable)]


class QuotedWords(Value):
    """Verbatim words of a source, and their translation in a translated report."""

    words: Line
    translation: Line = ""

    @property
    def text(self) -> str:
        """The words in quotation marks, and their translation."""
        return f"“{self.words}”" + (f" [{self.translation}]" if self.translation else "")


class Note(Value):
    """A note of a statement: one place in one source, with the quotes from there.

    Attributes:
        reference: the number of the reference.
        cited_as: the label of the reference: its number, or author and year.
        numbers: the numbers of all its quotes among the quotes of the report, from 1.
        source: the short name of the source.
        place: the page, else the last heading.
        path: all headings of the place.
        quotes: the quotes, without one that is the statement itself.
    """

    reference: int
    cited_as: Line
    numbers: tuple[int, ...] = ()
    source: Line
    place: Line
    path: Line
    quotes: tuple[QuotedWords, ...]

    @property
    def label(self) -> str:
        """The short form of the citation: "[2], p. 27"."""
        return f"[{self.cited_as}], {self.place}" if self.place else f"[{self.cited_as}]"

    @property
    def text(self) -> str:
        """The whole note without the number of the reference."""
        quotes = "".join(f"{quote.text} — " for quote in self.quotes)
        place = f", {self.place}" if self.place else ""
        path = f" ({self.path})" if self.path else ""
        return f"{quotes}{self.source}{place}{path}"


class StatementBlock(Value):
    """A statement with its notes.

    Attributes:
        anchor: the name of the link target at the statement.
        verbatim: whether the statement is itself a quote.
        disputed: the link target of the disagreement that the statement is part of, else "".
    """

    anchor: str
    text: Line
    verbatim: bool
    disputed: str = ""
    notes: tuple[Note, ...]

    @property
    def quoted(self) -> str:
        """The text, in quotation marks where it is a quote."""
        return f"“{self.text}”" if self.verbatim else self.text


class ProseBlock(Value):
    """A paragraph.

    Attributes:
        anchor: the name of the link target at the paragraph, where something links to it.
        aside: whether the paragraph is a remark beside the argument.
    """

    kind: Literal["prose"] = "prose"
    text: Line
    anchor: str = ""
    aside: bool = False


class Statements(Value):
    """Statements at their own place in the paper, each with its notes.

    ``running`` sets them as continuous text instead of a list.
    """

    kind: Literal["statements"] = "statements"
    items: tuple[StatementBlock, ...]
    running: bool = False


class Recalled(Value):
    """Statements repeated from another place in the paper, with short citations that link to it.

    ``running`` sets them as continuous text instead of a list.
    """

    kind: Literal["recalled"] = "recalled"
    items: tuple[StatementBlock, ...]
    running: bool = False


class Items(Value):
    """A list."""

    kind: Literal["items"] = "items"
    items: tuple[Line, ...]


class Table(Value):
    """A table; ``widths`` are the relative widths of its columns, and ``head`` may be empty."""

    kind: Literal["table"] = "table"
    caption: Line = ""
    head: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[float, ...]


class Scores(Value):
    """The scores of each specialist over the rounds; ``unscored`` is the text for None."""

    kind: Literal["scores"] = "scores"
    caption: Line
    rounds: tuple[Line, ...]
    rows: tuple[tuple[Line, tuple[int | None, ...]], ...]
    unscored: Line


class Reference(Value):
    """One entry of the list of references; ``url`` is "" or begins with http."""

    number: int
    cited_as: Line
    text: Line
    url: Line


class References(Value):
    """The list of references."""

    kind: Literal["references"] = "references"
    numbered: bool = True
    items: tuple[Reference, ...]


Block = ProseBlock | Statements | Recalled | Items | Table | Scores | References


class ReportPart(Value):
    """A heading and the blocks under it; ``answer`` marks the short answer."""

    title: Line
    blocks: tuple[Block, ...]
    answer: bool = False


class Paper(Value):
    """The whole paper; ``label`` is above the title, and ``facts`` are under it."""

    language: Language
    label: Line
    title: Line
    facts: tuple[Line, ...]
    parts: tuple[ReportPart, ...]
