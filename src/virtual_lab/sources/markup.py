"""Titles and abstracts come with JATS, MathML or HTML in them; reports want words."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.text.language import detect_language

MIN_ABSTRACT = 60
"""Characters below which a text is no abstract but a note ("No abstract available")."""

_TAG = re.compile(
    r"<(?P<end>/?)(?P<prefix>(?:jats|mml|m|ali|xlink):)?(?P<name>[a-zA-Z][\w-]*)"
    r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?>"""
)
_HEADINGS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset(
    {
        *("abstract", "sec", "div", "p", "br", "disp-quote", "disp-formula"),
        *("list", "list-item", "ul", "ol", "li"),
    }
)
_INLINE = frozenset(
    {
        *("a", "b", "bold", "em", "i", "italic", "sc", "scp", "small", "span", "strike", "strong"),
        *("sub", "sup", "u", "underline", "xref", "ext-link", "inline-formula", "math"),
        *("named-content", "styled-content"),
    }
)
_UNSAID = frozenset({"annotation", "annotation-xml", "tex-math", "label", "inline-graphic"})
_SUPERSCRIPTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_NOT_RAISED = re.compile(r"[^0-9+\-−]")
_SPACES = re.compile(r"\s+")
_ABSTRACT = re.compile(r"(?:graphical |structured )?(?:abstract|summary)[.:]?", re.IGNORECASE)


class Paragraph(NamedTuple):
    """A paragraph of an abstract, and the heading above it ("" where there is none)."""

    heading: str
    text: str


def plain(markup: str) -> str:
    """The words of ``markup`` on one line."""
    return " ".join(text for _, text in _stretches(markup))


def paragraphs(markup: str) -> list[Paragraph]:
    """The paragraphs of an abstract in JATS, HTML or plain text."""
    found: list[Paragraph] = []
    heading = ""
    for is_heading, text in _stretches(markup):
        if is_heading:
            heading = "" if _ABSTRACT.fullmatch(text) else text.rstrip(":")
        else:
            found.append(Paragraph(heading, text))
    return found


def abstract(markup: str | None, title: str) -> Document | None:
    """An abstract as a document whose paragraphs stand under "Abstract" and their own heading.

    Args:
        markup: as a provider gives it.
        title: of the work.
    """
    parts = paragraphs(markup or "")
    if sum(len(part.text) for part in parts) < MIN_ABSTRACT:
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


def _stretches(markup: str) -> list[tuple[bool, str]]:
    """The stretches between block tags, in order: whether each is a heading, and its words."""
    found: list[tuple[bool, str]] = []
    words: list[str] = []
    in_heading = False
    unsaid = raised = 0

    def end() -> None:
        text = _clean("".join(words))
        words.clear()
        if text:
            found.append((in_heading, text))

    position = 0
    for tag in _TAG.finditer(markup):
        name = tag["name"].lower()
        if not (tag["prefix"] or name in _HEADINGS | _BLOCKS | _INLINE | _UNSAID):
            continue  # "<sample>" is no markup
        if not unsaid:
            stretch = markup[position : tag.start()]
            words.append(_raise(stretch) if raised else stretch)
        position = tag.end()
        step = -1 if tag["end"] else 1
        if tag[0].endswith("/>"):
            step = 0
        if name in _UNSAID:
            unsaid = max(0, unsaid + step)
        elif name == "sup":
            raised = max(0, raised + step)
        elif name in _HEADINGS:
            end()
            in_heading = step > 0
        elif name in _BLOCKS:
            end()
            in_heading = False
    words.append(markup[position:])
    end()
    return found


def _raise(text: str) -> str:
    """Digits of an exponent as superscripts: 10<sup>5</sup> is not 105."""
    return text if _NOT_RAISED.search(text.strip()) else text.strip().translate(_SUPERSCRIPTS)


def _clean(text: str) -> str:
    """Entities resolved (twice escaped ones too), one Unicode form, single spaces."""
    for _ in range(2):
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "")
    return _SPACES.sub(" ", text).strip()
