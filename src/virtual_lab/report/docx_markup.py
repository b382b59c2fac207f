"""The WordprocessingML that python-docx does not support: footnotes, links, bookmarks, fields.

Texts are put into elements and escaped by lxml, so that none becomes markup.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

FOOTNOTE_TEXT = "footnote text"
FOOTNOTE_REFERENCE = "footnote reference"
HYPERLINK = "Hyperlink"

# ECMA-376-1, 17.11.23: the footnotes part begins with its two separators.
_SEPARATORS = {"-1": "separator", "0": "continuationSeparator"}


def element(tag: str, *children: Any, text: str = "", **attributes: str) -> Any:
    """A new element, such as ``element("w:shd", val="clear", fill="F3F6F4")``."""
    made: Any = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    if text:
        made.text = text
        made.set(qn("xml:space"), "preserve")
    made.extend(children)
    return made


def run(text: str, style: str = "") -> Any:
    """A run of text in a character style, given by its id."""
    return _run(element("w:t", text=text), style)


def add_link(paragraph: Paragraph, text: str, *, anchor: str = "", url: str = "") -> None:
    """Add a link to a bookmark of the document or to a web address."""
    if anchor:
        link = element("w:hyperlink", anchor=anchor, history="1")
    else:
        link = element("w:hyperlink", history="1")
        relation = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), relation)
    link.append(run(text, _style_id(paragraph, HYPERLINK)))
    paragraph._p.append(link)


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Add a bookmark at the current end of the paragraph, to which links to ``name`` lead.

    Args:
        number: a number that no other bookmark of the document has.
    """
    paragraph._p.append(element("w:bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """Add a field that Word fills in, such as PAGE."""
    paragraph._p.append(element("w:fldSimple", run("1"), instr=instruction))


class Footnotes:
    """The footnotes of a document."""

    def __init__(self, document: Document) -> None:
        self._notes = element("w:footnotes")
        for number, kind in _SEPARATORS.items():
            mark = element("w:p", element("w:r", element(f"w:{kind}")))
            self._notes.append(element("w:footnote", mark, type=kind, id=number))
        part = XmlPart(
            PackURI("/word/footnotes.xml"),
            CONTENT_TYPE.WML_FOOTNOTES,
            self._notes,
            document.part.package,
        )
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        listed = element("w:footnotePr", *(element("w:footnote", id=n) for n in _SEPARATORS))
        settings: Any = document.settings.element
        settings.insert_element_before(listed, "w:endnotePr", "w:compat")

    def add(self, paragraph: Paragraph, text: str, *, anchor: str, label: str) -> None:
        """Add a footnote at the end of the paragraph.

        Args:
            paragraph: the paragraph that gets the mark of the footnote.
            text: the text of the footnote.
            anchor: the bookmark to which the link after the text leads.
            label: the text of that link.
        """
        number = str(len(self._notes) - len(_SEPARATORS) + 1)
        mark = _style_id(paragraph, FOOTNOTE_REFERENCE)
        link = run(label, _style_id(paragraph, HYPERLINK))
        note = element(
            "w:p",
            element("w:pPr", element("w:pStyle", val=_style_id(paragraph, FOOTNOTE_TEXT))),
            _run(element("w:footnoteRef"), mark),
            run(f" {text} "),
            element("w:hyperlink", link, anchor=anchor, history="1"),
        )
        self._notes.append(element("w:footnote", note, id=number))
        paragraph._p.append(_run(element("w:footnoteReference", id=number), mark))


def _run(content: Any, style: str) -> Any:
    properties = [element("w:rPr", element("w:rStyle", val=style))] if style else []
    return element("w:r", *properties, content)


def _style_id(paragraph: Paragraph, name: str) -> str:
    part: Any = paragraph.part
    found: str = part.document.styles[name].style_id
    return found
