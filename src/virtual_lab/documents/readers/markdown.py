"""Markdown: front matter, headings, paragraphs and lists, without link and emphasis marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.documents.readers.headings import (
    ITEM_MARK,
    clean_heading,
    is_apparatus_title,
    is_contents_title,
)
from virtual_lab.documents.readers.plaintext import decode
from virtual_lab.errors import EmptyDocumentError
from virtual_lab.text.language import detect_language

# Keys of front matter that say the same thing; the Korean ones are those of the judgments of the
# National Law Information Center (law.go.kr).
_FIELDS = {
    "title": ("title", "제목", "사건명"),
    "authors": ("authors", "author", "저자", "법원명"),
    "number": ("number", "doi", "사건번호"),
    "published": ("date", "published", "as_of", "선고일자", "발행일"),
    "url": ("url", "source", "출처"),
}

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"^([\w가-힣 -]{1,40}):[ \t]*(.*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?!#)[ \t]*(\S.*?)[ \t#]*$")
_TABLE = re.compile(r"^\s*\|.*\|\s*$")
_BRACKETED = re.compile(r"^\s*(【[^】]{1,20}】)\s*(.*)$")
_DIVISION_MARKS = tuple(
    re.compile(mark)
    for mark in (r"\d{1,2}\.\s+", r"[가-하]\.\s+", r"\d{1,2}\)\s+", r"[가-하]\)\s+")
)
_MAX_DIVISION_CHARACTERS = 45
_SENTENCE_END = re.compile(r"[.,;:!?다함음임됨][\"'”’)\]]*$")
_HANGUL = re.compile(r"[가-힣]")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$")
_LINK = re.compile(r"!?\[([^\[\]]{0,2000})\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,300}\")?\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`)")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.*?-->", re.DOTALL)


def read_markdown(path: Path) -> Document:
    """Read a Markdown file.

    Raises:
        EmptyDocumentError: nothing but front matter and white space.
        BrokenDocumentError: it is not text.
    """
    text = decode(path.read_bytes())
    return markdown_document(text, path)


def markdown_document(text: str, path: Path, fields: Mapping[str, Any] | None = None) -> Document:
    """A document from Markdown ``text``; ``fields`` override what its front matter says."""
    meta, body = _front_matter(text.replace("\r\n", "\n"))
    builder = DocumentBuilder()
    first_heading = _fill(builder, body)
    if not any(block.kind is not BlockKind.HEADING for block in builder.blocks):
        raise EmptyDocumentError()
    values = _known_fields(meta) | {k: v for k, v in (fields or {}).items() if v}
    title = values.pop("title", None) or first_heading or path.stem
    return Document(
        title=str(title)[:300],
        text=builder.text,
        blocks=builder.blocks,
        language=detect_language(builder.text),
        path=str(path),
        **values,
    )


def plain(text: str) -> str:
    """Markdown in a line without its marks."""
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    return " ".join(_EMPHASIS.sub("", text).replace("\u00ad", "").split())


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    meta = {}
    for line in match[1].splitlines():
        entry = _ENTRY.match(line)
        if entry:
            meta[entry[1].strip().lower()] = entry[2].strip().strip("'\"")
    return meta, text[match.end() :]


def _known_fields(meta: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field, keys in _FIELDS.items():
        value = next((meta[key] for key in keys if meta.get(key)), None)
        if value:
            values[field] = value
    if "authors" in values:
        values["authors"] = tuple(a.strip() for a in values["authors"].split(";") if a.strip())
    if not str(values.get("url", "")).startswith(("http://", "https://")):
        values.pop("url", None)
    return values


def _fill(builder: DocumentBuilder, body: str) -> str | None:
    """Add the blocks of ``body``; gives the first heading."""
    first_heading: str | None = None
    apparatus_level = 0
    for level, kind, text in _blocks(body):
        if kind is BlockKind.HEADING:
            title = clean_heading(plain(text))
            if is_apparatus_title(title) or is_contents_title(title):
                apparatus_level = apparatus_level or level
            elif level <= apparatus_level:
                apparatus_level = 0
            if first_heading is None and not builder.blocks:
                builder.add(kind, title)  # the title of the document opens no section
            else:
                builder.heading(title, level)
            first_heading = first_heading or title
        else:
            builder.add(BlockKind.REFERENCE if apparatus_level else kind, plain(text))
    return first_heading


def _blocks(body: str) -> Iterator[tuple[int, BlockKind, str]]:
    """(level, kind, text) of each block, in order; the level of what is no heading is 0."""
    paragraph: list[str] = []
    kind = BlockKind.TEXT
    fenced = False
    for line in [*_lines(body), ""]:
        if line.lstrip().startswith("```"):
            fenced = not fenced
            line = ""
        heading = None if fenced else _HEADING.match(line)
        division = None if fenced or heading else _division(line)
        table = bool(_TABLE.match(line))
        starts = bool(ITEM_MARK.match(line)) or _begins_paragraph(line)
        ends = not line.strip() or heading or division or starts or table or _RULE.match(line)
        if ends and paragraph:
            yield 0, kind, " ".join(paragraph)
            paragraph = []
        if heading:
            yield len(heading[1]), BlockKind.HEADING, heading[2]
        elif division:
            yield division[0], BlockKind.HEADING, division[1]
        elif table:
            yield 0, BlockKind.TABLE, line
        elif line.strip() and not _RULE.match(line):
            if not paragraph:
                kind = _kind(line, fenced)
            paragraph.append(line.strip())


def _kind(line: str, fenced: bool) -> BlockKind:
    if fenced:
        return BlockKind.TABLE
    return BlockKind.ITEM if ITEM_MARK.match(line) else BlockKind.TEXT


def _lines(body: str) -> Iterator[str]:
    """The lines of a text; a part in brackets ("【이 유】") stands on a line of its own."""
    for line in body.split("\n"):
        part = _BRACKETED.match(line)
        if part and part[2]:
            yield part[1]
            yield part[2]
        else:
            yield line


def _division(line: str) -> tuple[int, str] | None:
    """(level, title) of a short numbered line that divides a legal text: "가. 원고의 주장"."""
    text = line.strip()
    if not text or len(text) > _MAX_DIVISION_CHARACTERS or _SENTENCE_END.search(text):
        return None
    part = _BRACKETED.match(text)
    if part and not part[2]:
        return 7, " ".join(part[1].strip("【】").split())
    for level, mark in enumerate(_DIVISION_MARKS, 8):
        match = mark.match(text)
        if match and _HANGUL.search(text[match.end() :]):
            return level, text[match.end() :]
    return None


def _begins_paragraph(line: str) -> bool:
    """Whether a line starts a numbered paragraph or a bracketed part, as legal texts have them."""
    return bool(re.match(r"^\s*(?:【|\[\d+\]|\d{1,3}\.\s|[가-하]\.\s)", line))
