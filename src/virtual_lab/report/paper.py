"""A paper: what the DOCX and the PDF print, in the order in which they print it.

Every text is said in the paper's language and clean: one line, nothing that cannot be printed.
A renderer of a paper only sets it.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator

from virtual_lab.domain import Language, Value

# Controls that XML 1.0 forbids, non-characters, and the controls that turn the direction of
# the text after them around (a quote must not rearrange the words that follow it).
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
    "\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def printable(text: str) -> str:
    """``text`` on one line, without the characters that cannot or must not be printed."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


def disagreement_anchor(number: int) -> str:
    """The name of the place in the document where a disagreement stands."""
    return f"disagreement_{number}"


def reference_anchor(number: int) -> str:
    """The name of the place in the document where a reference stands."""
    return f"reference_{number}"


Line = Annotated[str, AfterValidator(printable)]


class QuotedWords(Value):
    """Verbatim words of a source, and what they mean in a translated report."""

    words: Line
    translation: Line = ""

    @property
    def text(self) -> str:
        """The words in quotation marks, and their translation."""
        return f"“{self.words}”" + (f" [{self.translation}]" if self.translation else "")


class Note(Value):
    """One place that a statement is cited from.

    ``quotes`` leaves out the words that the statement itself consists of; ``numbers`` are those
    of all its quotes among the quotes of the report, from 1. ``cited_as`` is the label of the
    reference: its number, or author and year.
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
        """The whole note but for the number of the reference."""
        quotes = "".join(f"{quote.text} — " for quote in self.quotes)
        place = f", {self.place}" if self.place else ""
        path = f" ({self.path})" if self.path else ""
        return f"{quotes}{self.source}{place}{path}"


class StatementBlock(Value):
    """A statement with its notes; ``verbatim`` where it is itself a quote.

    ``anchor`` is the name of the place in the document where it stands, ``disputed`` that of the
    disagreement that it takes part in ("" where it does not).
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
    """A paragraph; ``aside`` for one that is no part of the argument, ``anchor`` is the name of
    its place where something leads there."""

    kind: Literal["prose"] = "prose"
    text: Line
    anchor: str = ""
    aside: bool = False


class Statements(Value):
    """Statements at the place where they belong, each with its notes; ``running`` as text."""

    kind: Literal["statements"] = "statements"
    items: tuple[StatementBlock, ...]
    running: bool = False


class Recalled(Value):
    """Statements that stand elsewhere in the paper, with short citations that lead there;
    ``running`` as text."""

    kind: Literal["recalled"] = "recalled"
    items: tuple[StatementBlock, ...]
    running: bool = False


class Items(Value):
    """A list."""

    kind: Literal["items"] = "items"
    items: tuple[Line, ...]


class Table(Value):
    """A table; ``widths`` are the shares of its columns, ``head`` may be empty."""

    kind: Literal["table"] = "table"
    caption: Line = ""
    head: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[float, ...]


class Scores(Value):
    """The scores of each specialist over the rounds; where there is none (None), ``unscored``
    is said."""

    kind: Literal["scores"] = "scores"
    caption: Line
    rounds: tuple[Line, ...]
    rows: tuple[tuple[Line, tuple[int | None, ...]], ...]
    unscored: Line


class Reference(Value):
    """One line of the list of references; ``url`` is "" or begins with http."""

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
    """A heading and what stands under it; ``answer`` for the short answer."""

    title: Line
    blocks: tuple[Block, ...]
    answer: bool = False


class Paper(Value):
    """The whole paper; ``facts`` stand under the title, ``label`` above it."""

    language: Language
    label: Line
    title: Line
    facts: tuple[Line, ...]
    parts: tuple[ReportPart, ...]
