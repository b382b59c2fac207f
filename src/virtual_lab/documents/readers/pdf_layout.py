"""The layout of a PDF: how its lines become headings, paragraphs and parts that are not quoted."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from virtual_lab.documents.document import BlockKind, DocumentBuilder
from virtual_lab.documents.readers.headings import (
    CONTENTS_LINE,
    ITEM_MARK,
    NUMBERED,
    NUMBERED_ITEM,
    clean_heading,
    in_usual_case,
    is_apparatus_title,
    is_contents_title,
    respace,
)

_SOFT_HYPHEN = "\u00ad"
_LINE_HYPHEN = "\ufffe"  # pdfium puts this where a word is hyphenated over two lines.
_BROKEN_END = re.compile(r"\w[-\ufffe\x02]$")
_BROKEN_WORD = re.compile(r"(\w+)[\ufffe\x02](\w+)")
_WORD = re.compile(r"\w+(?:-\w+)*")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?:;。]['\"”’)\]⁰-⁹¹²³]*$")
_CAPTION = re.compile(r"^(?:FIGURE|TABLE|Figure|Table|Fig\.|그림|표)\s*\d+", re.UNICODE)
# Running headers and footers stand within this share of the page's height from its edges.
_MARGIN_SHARE = 0.12
_MAX_HEADING_CHARACTERS = 160
# Heights of lines in the same font differ by less than this, in points.
_HEIGHT_TOLERANCE_PT = 0.6


@dataclass(frozen=True)
class TextLine:
    """One line of a page; lengths in points, ``top`` from the upper edge of the page."""

    text: str
    page: int
    left: float
    top: float
    height: float
    bold: bool
    page_height: float


class Layout:
    """Understands the lines of a whole document together."""

    def __init__(self, pages: list[list[TextLine]]) -> None:
        self._body = _body_height(line for page in pages for line in page)
        running = _running_lines(pages)
        self._pages = [[line for line in page if _mask(line.text) not in running] for page in pages]
        self._cased_words = Counter(
            word
            for page in self._pages
            for word in _whole_words(
                line.text for line in page if abs(line.height - self._body) < _HEIGHT_TOLERANCE_PT
            )
        )
        self._words: Counter[str] = Counter()
        for word, count in self._cased_words.items():
            self._words[word.lower()] += count
        self._contents = {page[0].page for page in self._pages if page and _is_contents_page(page)}

    def title(self) -> str | None:
        """The largest lines of the first page, where they stand out from the body."""
        first = self._pages[0] if self._pages else []
        largest = max((line.height for line in first), default=0.0)
        if largest < self._body * 1.25:
            return None
        lines = [line.text for line in first if abs(line.height - largest) < _HEIGHT_TOLERANCE_PT]
        title = self._join(lines[:6])
        return title if 4 < len(title) < 300 else None

    def build(self) -> DocumentBuilder:
        """The text of the document in blocks."""
        builder = DocumentBuilder()
        document_title = self.title() or ""
        apparatus_level = 0  # of the heading of references or the like that is open, else 0
        for page in self._pages:
            for kind, lines in self._groups(page):
                text = self._join(line.text for line in lines)
                number = lines[0].page
                if kind is BlockKind.HEADING and len(text) <= 2 * _MAX_HEADING_CHARACTERS:
                    if number == 1 and document_title.startswith(text):
                        builder.add(kind, text, number)
                        continue
                    title, level = self._heading(text), self._level(lines[0])
                    if is_apparatus_title(title):
                        apparatus_level = apparatus_level or level
                    elif level <= apparatus_level:
                        apparatus_level = 0
                    builder.heading(title, level, number)
                elif apparatus_level and kind is not BlockKind.NOTE:
                    builder.add(BlockKind.REFERENCE, text, number)
                else:
                    note = kind is BlockKind.HEADING
                    builder.add(BlockKind.NOTE if note else kind, text, number)
        return builder

    def _heading(self, text: str) -> str:
        return in_usual_case(respace(clean_heading(text), self._words), self._cased_words)

    def _groups(self, page: list[TextLine]) -> Iterator[tuple[BlockKind, list[TextLine]]]:
        """The lines of one page in runs that make one block each."""
        pitch = _line_pitch(page)
        group: list[TextLine] = []
        group_kind = BlockKind.TEXT
        for line in page:
            kind = self._kind(line)
            if group and self._continues(group, group_kind, line, kind, pitch):
                group.append(line)
                continue
            if group:
                yield group_kind, group
            group, group_kind = [line], kind
        if group:
            yield group_kind, group

    def _kind(self, line: TextLine) -> BlockKind:
        text = line.text.strip()
        if line.page in self._contents:
            return BlockKind.CONTENTS
        if self._is_heading(line):
            return BlockKind.HEADING
        if line.height < self._body * 0.85:
            return BlockKind.NOTE
        if _CAPTION.match(text):
            return BlockKind.TABLE
        listed = ITEM_MARK.match(text) or NUMBERED_ITEM.match(text)
        return BlockKind.ITEM if listed else BlockKind.TEXT

    def _is_heading(self, line: TextLine) -> bool:
        text = line.text.strip()
        if len(text) > _MAX_HEADING_CHARACTERS or not any(c.isalpha() for c in text):
            return False
        if ITEM_MARK.match(text) or _CAPTION.match(text):
            return False
        larger = line.height > self._body + 1.5
        if is_apparatus_title(text) or is_contents_title(text):
            return larger or line.bold or text.isupper()
        if larger or (line.bold and line.height > self._body - _HEIGHT_TOLERANCE_PT):
            return not _SENTENCE_END.search(text)
        return bool(NUMBERED.match(text)) and "|" in text[:12]

    def _level(self, line: TextLine) -> int:
        """Rank of a heading: the depth of its number, else below the numbered ones by size."""
        numbered = NUMBERED.match(line.text.strip())
        if numbered:
            return numbered[1].count(".") + 1
        return 1 if line.height > self._body + 1.5 or line.text.isupper() else 7

    def _continues(
        self,
        group: list[TextLine],
        group_kind: BlockKind,
        line: TextLine,
        kind: BlockKind,
        pitch: float,
    ) -> bool:
        last = group[-1]
        gap = line.top - last.top
        same_font = abs(line.height - last.height) < _HEIGHT_TOLERANCE_PT
        if kind is BlockKind.ITEM:
            return False
        if group_kind is BlockKind.HEADING or kind is BlockKind.HEADING:
            return (
                group_kind is kind
                and same_font
                and line.bold == last.bold
                and 0 < gap < 1.4 * line.height
                and not NUMBERED.match(line.text.strip())
            )
        if group_kind in (BlockKind.NOTE, BlockKind.CONTENTS) or kind in (
            BlockKind.NOTE,
            BlockKind.CONTENTS,
        ):
            return group_kind is kind
        if group_kind is BlockKind.TABLE:
            return same_font and 0 < gap < 1.4 * pitch
        if not same_font:
            return False
        # A line that joins two by a hyphen leaves the height of one line out.
        reach = pitch * (1.45 + last.text.count(_LINE_HYPHEN))
        indented = line.left - min(other.left for other in group) > 6
        if group_kind is BlockKind.ITEM:
            return (
                0 < gap < reach
                and line.left >= group[0].left - 2
                and (indented or not _SENTENCE_END.search(last.text.strip()))
            )
        if gap < 0:  # the next column
            return not _SENTENCE_END.search(last.text.strip())
        return gap < reach and not (
            line.left - last.left > 6 and _SENTENCE_END.search(last.text.strip())
        )

    def _join(self, lines: Iterable[str]) -> str:
        """Lines as one text, with words that were hyphenated over two lines put together."""
        text = ""
        for line in lines:
            line = line.strip().replace(_SOFT_HYPHEN, "")
            if not text:
                text = line
            elif text.endswith((_LINE_HYPHEN, "\x02")):
                text += line
            elif text.endswith("-") and text[-2:-1].isalpha() and line[:1].islower():
                text = text[:-1] + _LINE_HYPHEN + line
            else:
                text = f"{text} {line}"
        text = _BROKEN_WORD.sub(self._mended, text)
        return _SPACES.sub(" ", text.replace(_LINE_HYPHEN, "-").replace("\x02", "-")).strip()

    def _mended(self, match: re.Match[str]) -> str:
        """The word as the document writes it elsewhere: joined, or with its hyphen."""
        joined, hyphenated = match[1] + match[2], f"{match[1]}-{match[2]}"
        have_joined = self._words[joined.lower()]
        have_hyphenated = self._words[hyphenated.lower()]
        if have_joined == have_hyphenated == 0:
            two_words = all(self._words[half.lower()] for half in match.groups())
            return hyphenated if two_words else joined
        return hyphenated if have_hyphenated > have_joined else joined


def _whole_words(lines: Iterable[str]) -> Iterator[str]:
    """The words of lines but for the halves of those that are hyphenated over two lines.

    A half is no word: pres-sure and pres-ence would make one of "pres".
    """
    broken = False
    for text in lines:
        words = _WORD.findall(_BROKEN_WORD.sub(" ", text))
        if broken:
            words = words[1:]
        broken = bool(_BROKEN_END.search(text.rstrip()))
        yield from words[:-1] if broken else words


def _body_height(lines: Iterable[TextLine]) -> float:
    """The height in which most characters are set."""
    counts: Counter[float] = Counter()
    for line in lines:
        counts[round(line.height * 2) / 2] += len(line.text)
    return counts.most_common(1)[0][0] if counts else 0.0


def _line_pitch(page: list[TextLine]) -> float:
    """The usual distance between two lines of a page, in points."""
    gaps = [
        below.top - above.top
        for above, below in pairwise(page)
        if 0 < below.top - above.top < 3 * max(above.height, 1.0)
    ]
    return statistics.median_low(gaps) if gaps else 12.0


@lru_cache(maxsize=20_000)
def _mask(text: str) -> str:
    """A line without its numbers and the order of its parts: the same on left and right pages."""
    parts = re.split(r"[|\s]+", re.sub(r"\d+", "#", text.strip().lower()))
    return " ".join(sorted(part for part in parts if part))


def _running_lines(pages: list[list[TextLine]]) -> set[str]:
    """Masked lines that recur over the pages: headers, footers, stamps of a publisher."""
    near_edge: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    for page in pages:
        edge, every = set(), set()
        for line in page:
            mask = _mask(line.text)
            every.add(mask)
            if not _MARGIN_SHARE < line.top / max(line.page_height, 1.0) < 1 - _MARGIN_SHARE:
                edge.add(mask)
        near_edge.update(edge)
        anywhere.update(every)
    written = sum(bool(page) for page in pages)
    running = {mask for mask, count in near_edge.items() if count >= max(3, 0.25 * written)}
    running |= {mask for mask, count in anywhere.items() if count >= max(4, 0.6 * written)}
    numbers = {
        mask
        for mask in near_edge
        if re.fullmatch(r"[\W#]*(?:page |p\. )?#(?: (?:of|/) #)?\W*", mask)
    }
    return running | numbers


def _is_contents_page(page: list[TextLine]) -> bool:
    """Whether most lines of a page end in a page number, in rising order."""
    entries = [CONTENTS_LINE.match(line.text.strip()) for line in page]
    numbers = [int(entry[1]) for entry in entries if entry]
    if len(numbers) < 5 or len(numbers) < 0.5 * len(page):
        return False
    rising = sum(a <= b for a, b in pairwise(numbers))
    return rising >= 0.8 * (len(numbers) - 1)
