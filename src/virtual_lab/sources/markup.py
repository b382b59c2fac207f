"""The plain text of titles and abstracts that providers give in JATS, MathML or HTML."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.text.language import detect_language

MIN_ABSTRACT_CHARACTERS = 60
"""A shorter text is a note ("No abstract available"), not an abstract."""

_TAG = re.compile(
    r"<(?P<end>/?)(?P<prefix>(?:jats|mml|m|ali|xlink):)?(?P<name>[a-zA-Z][\w-]*)"
    r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?>"""
)
_HEADING_TAGS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCK_TAGS = frozenset(
    {
        *("abstract", "sec", "div", "p", "br", "disp-quote", "disp-formula"),
        *("list", "list-item", "ul", "ol", "li"),
    }
)
_INLINE_TAGS = frozenset(
    {
        *("a", "b", "bold", "em", "i", "italic", "sc", "scp", "small", "span", "strike", "strong"),
        *("sub", "sup", "u", "underline", "xref", "ext-link", "inline-formula", "math"),
        *("named-content", "styled-content"),
    }
)
_SKIPPED_TAGS = frozenset({"annotation", "annotation-xml", "tex-math", "label", "inline-graphic"})
_SUPERSCRIPTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_NOT_AN_EXPONENT = re.compile(r"[^0-9+\-−]")
_SPACES = re.compile(r"\s+")
_ABSTRACT_HEADING = re.compile(
    r"(?:graphical |structured )?(?:abstract|summary)[.:]?", re.IGNORECASE
)


class Paragraph(NamedTuple):
    """A paragraph of an abstract, and the heading above it ("" where there is none)."""

    heading: str
    text: str


def plain(markup: str) -> str:
    """The text of ``markup`` on one line."""
    return " ".join(text for _, text in _texts_between_blocks(markup))


def paragraphs(markup: str) -> list[Paragraph]:
    """The paragraphs of an abstract in JATS, HTML or plain text."""
    found: list[Paragraph] = []
    heading = ""
    for is_heading, text in _texts_between_blocks(markup):
        if is_heading:
            heading = "" if _ABSTRACT_HEADING.fullmatch(text) else text.rstrip(":")
        else:
            found.append(Paragraph(heading, text))
    return found


def abstract(markup: str | None, title: str) -> Document | None:
    """An abstract as a document with the headings "Abstract" and its own; None where it is short.

    Args:
        markup: the abstract, as a provider gives it.
        title: the title of the work.
    """
    parts = paragraphs(markup or "")
    if sum(len(part.text) for part in parts) < MIN_ABSTRACT_CHARACTERS:
        return None
    builder = DocumentBuilder()
    builder.heading("Abstract", 1)
    open_heading = ""
    for part in parts:
        if part.heading != open_heading:
            builder.heading(part.heading or "Abstract", 2 if part.heading else 1)
            open_heading = part.heading
        builder.add(BlockKind.TEXT, part.text)
    text = builder.text
    return Document(
        title=title,
        text=text,
        blocks=builder.blocks,
        language=detect_language(" ".join(part.text for part in parts)),
    )


def _texts_between_blocks(markup: str) -> list[tuple[bool, str]]:
    """The texts between block tags, in order, each with whether it is a heading."""
    found: list[tuple[bool, str]] = []
    words: list[str] = []
    in_heading = False
    skipped = superscripts = 0

    def end() -> None:
        text = _clean("".join(words))
        words.clear()
        if text:
            found.append((in_heading, text))

    position = 0
    for tag in _TAG.finditer(markup):
        name = tag["name"].lower()
        if not (
            tag["prefix"] or name in _HEADING_TAGS | _BLOCK_TAGS | _INLINE_TAGS | _SKIPPED_TAGS
        ):
            continue  # some texts hold words like "<sample>"
        if not skipped:
            stretch = markup[position : tag.start()]
            words.append(_superscript(stretch) if superscripts else stretch)
        position = tag.end()
        step = -1 if tag["end"] else 1
        if tag[0].endswith("/>"):
            step = 0
        if name in _SKIPPED_TAGS:
            skipped = max(0, skipped + step)
        elif name == "sup":
            superscripts = max(0, superscripts + step)
        elif name in _HEADING_TAGS:
            end()
            in_heading = step > 0
        elif name in _BLOCK_TAGS:
            end()
            in_heading = False
    words.append(markup[position:])
    end()
    return found


def _superscript(text: str) -> str:
    """The digits of an exponent as superscripts, so that 10<sup>5</sup> does not become 105."""
    return text if _NOT_AN_EXPONENT.search(text.strip()) else text.strip().translate(_SUPERSCRIPTS)


def _clean(text: str) -> str:
    """The text in NFC form with single spaces and without entities, also twice escaped ones."""
    for _ in range(2):
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "")
    return _SPACES.sub(" ", text).strip()
