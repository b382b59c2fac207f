"""A document that was read: its text, the kind of each block of it, and its passages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from virtual_lab.domain import Passage, Source, Value
from virtual_lab.messages import Message
from virtual_lab.text.language import passage_language
from virtual_lab.text.sentences import sentence_spans

PASSAGE_LENGTH = 1_200
"""The longest passage, in characters. A single paragraph may be longer."""

LONGEST_PARAGRAPH = 8_000
"""The longest paragraph that becomes one passage, in characters.

A longer one, such as a text file without empty lines, is cut into passages of whole sentences.
"""


class BlockKind(StrEnum):
    """The kind of a block of text. Only ``TEXT`` and ``ITEM`` may be quoted."""

    TEXT = "text"
    ITEM = "item"
    HEADING = "heading"
    NOTE = "note"
    TABLE = "table"
    CONTENTS = "contents"
    REFERENCE = "reference"


_DIVISION = re.compile(
    r"(?:annex|article|chapter|part|section|appendix|schedule|title)\s+[\dIVXA-H]+\b"
    r"|제\s?\d+\s?[조장절편]|부칙|별표|부록",
    re.IGNORECASE,
)

QUOTABLE = frozenset({BlockKind.TEXT, BlockKind.ITEM})


class Block(Value):
    """A paragraph, list item, heading or the like: ``text[start:end]`` of its document."""

    kind: BlockKind
    start: int
    end: int
    section: tuple[str, ...] = ()
    page: int | None = None


class Document(Value):
    """One document, read: ``blocks`` are in order and do not overlap.

    ``warnings`` say what could not be read; one without a message is shown as it is in both
    languages.
    """

    title: str
    text: str
    blocks: tuple[Block, ...]
    language: str
    path: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    number: str | None = None
    published: str | None = None
    pages: int | None = None
    warnings: tuple[Message | str, ...] = ()

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the extracted text, in hexadecimal: the same content has the same hash."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def source_id(self) -> str:
        """A stable id made from the content."""
        return f"s{self.content_hash[:12]}"

    def source(self) -> Source:
        """The bibliographic side of the document."""
        messages = tuple(
            Message.of("outside.text", text=warning) if isinstance(warning, str) else warning
            for warning in self.warnings
        )
        return Source(
            id=self.source_id,
            title=self.title,
            language=self.language,
            path=self.path,
            url=self.url,
            authors=self.authors,
            number=self.number,
            published=self.published,
            pages=self.pages,
            warnings=tuple(message.text() for message in messages),
            warning_messages=messages,
        )

    def passages(self) -> tuple[Passage, ...]:
        """The passages: neighbouring quotable blocks of one page and section, joined while they
        are no longer than ``PASSAGE_LENGTH``."""
        groups: list[list[Block]] = []
        for block in self._quotable():
            last = groups[-1] if groups else None
            if (
                last
                and last[-1].page == block.page
                and last[-1].section == block.section
                and not self._interrupted(last[-1].end, block.start)
                and block.end - last[0].start <= PASSAGE_LENGTH
            ):
                last.append(block)
            else:
                groups.append([block])
        return tuple(self._passage(group) for group in groups)

    def _quotable(self) -> Iterator[Block]:
        """The blocks that may be quoted, over-long ones in runs of whole sentences."""
        for block in self.blocks:
            if block.kind not in QUOTABLE:
                continue
            start = end = block.start
            if block.end - block.start > LONGEST_PARAGRAPH:
                for first, last in sentence_spans(self.text[block.start : block.end]):
                    if end > start and block.start + last - start > PASSAGE_LENGTH:
                        yield block.model_copy(update={"start": start, "end": end})
                        start = block.start + first
                    end = block.start + last
            yield block.model_copy(update={"start": start})

    def _interrupted(self, end: int, start: int) -> bool:
        """Whether something that may not be quoted stands between two blocks."""
        return bool(self.text[end:start].strip())

    def _passage(self, group: list[Block]) -> Passage:
        start, end = group[0].start, group[-1].end
        return Passage(
            id=f"{self.source_id}:{start}",
            source_id=self.source_id,
            text=self.text[start:end],
            start=start,
            end=end,
            section=group[0].section,
            page=group[0].page,
            language=passage_language(self.text[start:end], self.language),
        )


class DocumentBuilder:
    """Puts the text of a document together, block by block, and keeps the offsets."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []

    def heading(self, text: str, level: int, page: int | None = None) -> None:
        """Open a section: what follows stands under ``text`` and the headings of higher rank.

        A plain heading ("Objective") stands below a numbered division ("Annex III") of its own
        level, as legal texts are often set.
        """
        rank = 2 * level
        inside = any(r == rank and _DIVISION.match(title) for r, title in self._headings)
        if inside and not _DIVISION.match(text):
            rank += 1
        while self._headings and self._headings[-1][0] >= rank:
            self._headings.pop()
        self._headings.append((rank, text))
        self.add(BlockKind.HEADING, text, page)

    def add(self, kind: BlockKind, text: str, page: int | None = None) -> None:
        """Append one block under the headings that are open."""
        text = text.strip()
        if not text:
            return
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        section = tuple(title for _, title in self._headings)
        self._blocks.append(
            Block(kind=kind, start=start, end=self._length, section=section, page=page)
        )

    @property
    def text(self) -> str:
        """All that was added so far."""
        return "".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks that were added so far."""
        return tuple(self._blocks)
