"""The page, language, fonts and styles of the DOCX."""

from __future__ import annotations

from typing import Any, NamedTuple

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from virtual_lab.domain import Language
from virtual_lab.report.docx_markup import (
    FOOTNOTE_REFERENCE,
    FOOTNOTE_TEXT,
    HYPERLINK,
    element,
)

LABEL = "Report Label"
FACTS = "Report Facts"
ANSWER = "Short Answer"
ANSWER_BULLET = "Short Answer Bullet"
ASIDE = "Aside"
CELL = "Table Text"
REFERENCE = "Reference"

INK = RGBColor(0x1B, 0x1F, 0x24)
SOFT = RGBColor(0x57, 0x60, 0x6A)
ACCENT = RGBColor(0x0B, 0x6B, 0x4F)
LINE = "C9D1D8"
TINT = "F3F6F4"

TEXT_WIDTH = Mm(160)
_MARGIN = Mm(25)
_HANGING = Mm(9)

_FONTS: dict[Language, str] = {"ko": "Malgun Gothic", "en": "Calibri"}
_EAST_ASIAN_FONT = "Malgun Gothic"
_WORD_COMPATIBILITY_MODE = "15"
_SHADE_SUCCESSORS = ("w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc")


class _Look(NamedTuple):
    """How a paragraph style looks; sizes and distances in points, ``line`` in lines."""

    size: float
    before: float = 0
    after: float = 0
    bold: bool = False
    color: RGBColor = INK
    line: float | None = None
    keep_with_next: bool = False


_LOOKS = {
    "Normal": _Look(10.5, after=6, line=1.25),
    "Title": _Look(22, after=8, bold=True),
    LABEL: _Look(9, after=4, bold=True, color=ACCENT),
    FACTS: _Look(9, after=2, color=SOFT),
    "Heading 1": _Look(14, before=20, after=6, bold=True, keep_with_next=True),
    "Body Text": _Look(10.5, before=6, after=6),
    ASIDE: _Look(10.5, before=6, after=6, color=SOFT),
    "List Bullet": _Look(10.5, after=5),
    ANSWER: _Look(10.5, after=5),
    ANSWER_BULLET: _Look(10.5, after=5),
    "Caption": _Look(9, before=12, after=4, bold=True, keep_with_next=True),
    CELL: _Look(8.5, line=1.1),
    REFERENCE: _Look(10, after=4),
    FOOTNOTE_TEXT: _Look(8.5, after=2, line=1.0),
    "Footer": _Look(8, color=SOFT),
}


def set_styles(document: Document, language: Language) -> None:
    """Set the page to A4, and fonts and styles to those of a report in ``language``."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = _MARGIN
    _set_language(document)
    made = {name: _style(document, name, look, language) for name, look in _LOOKS.items()}
    _drop(made["Title"], "w:pBdr")
    _drop(made["List Bullet"], "w:contextualSpacing")
    made[ANSWER_BULLET].base_style = made["List Bullet"]
    for name in (ANSWER, ANSWER_BULLET):
        _emphasise(made[name])
    hanging = made[REFERENCE].paragraph_format
    hanging.left_indent, hanging.first_line_indent = _HANGING, -_HANGING
    hanging.tab_stops.add_tab_stop(_HANGING)
    footer = made["Footer"].paragraph_format
    footer.tab_stops.clear_all()
    footer.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    # Otherwise Word adds space between Hangul and digits: "제 37 조" instead of "제37조".
    normal: Any = made["Normal"].element.get_or_add_pPr()
    for spacing in ("w:autoSpaceDE", "w:autoSpaceDN"):
        normal.insert_element_before(element(spacing, val="0"), "w:spacing")

    mark = document.styles.add_style(FOOTNOTE_REFERENCE, WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark.font.superscript = True
    link = document.styles.add_style(HYPERLINK, WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb = ACCENT


def _set_language(document: Document) -> None:
    """Let Word check Latin words as English and Hangul as Korean, in reports of both languages."""
    styles: Any = document.styles.element
    language = styles.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "ko-KR")
    settings: Any = document.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "ko-KR")
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _WORD_COMPATIBILITY_MODE)


def _style(document: Document, name: str, look: _Look, language: Language) -> ParagraphStyle:
    """The paragraph style of this name, made where the template does not have it."""
    styles: Any = document.styles
    style: ParagraphStyle = (
        styles[name]
        if name in styles
        else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name == FOOTNOTE_TEXT)
    )
    style.font.size, style.font.bold, style.font.color.rgb = Pt(look.size), look.bold, look.color
    paragraph = style.paragraph_format
    paragraph.space_before, paragraph.space_after = Pt(look.before), Pt(look.after)
    paragraph.keep_with_next = look.keep_with_next
    if look.line:
        paragraph.line_spacing = look.line
    properties: Any = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()  # A font of the theme would override the names below.
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), _FONTS[language])
    fonts.set(qn("w:eastAsia"), _EAST_ASIAN_FONT)
    return style


def _drop(style: ParagraphStyle, tag: str) -> None:
    properties: Any = style.element.get_or_add_pPr()
    for found in properties.findall(qn(tag)):
        properties.remove(found)


def _emphasise(style: ParagraphStyle) -> None:
    """Give a style a tinted background and a bar at its left."""
    properties: Any = style.element.get_or_add_pPr()
    bar = element("w:left", val="single", sz="18", space="8", color=str(ACCENT))
    shade = element("w:shd", val="clear", color="auto", fill=TINT)
    properties.insert_element_before(element("w:pBdr", bar), *_SHADE_SUCCESSORS)
    properties.insert_element_before(shade, *_SHADE_SUCCESSORS)
