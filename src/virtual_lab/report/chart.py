"""The score chart: the scores of the specialists over the rounds, drawn as SVG.

It has a row for each specialist, a column for each round, and in each cell five blocks, of which
as many are full as the score says. The drawing takes the colour of the text around it, and a style
sheet may change its classes, so that it fits light and dark pages and print.
"""

from __future__ import annotations

from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr

from virtual_lab.domain import Report
from virtual_lab.messages import say
from virtual_lab.report.paper import printable

HIGHEST_SCORE = 5

# All lengths are in the units of the drawing, which is at most _WIDTH wide.
_WIDTH = 600.0
_FONT_SIZE = 11.0
_ROW = 24.0
_NARROWEST_LABEL, _WIDEST_LABEL = 180.0, 300.0
_WIDEST_ROUND = 110.0
_SCORE_WIDTH = 26.0
_GAP = 2.0

_ACCENT = "#0b6b4f"
_FONTS = "'Noto Sans CJK KR', 'Noto Sans KR', system-ui, sans-serif"


def score_rows(report: Report) -> list[tuple[str, tuple[int | None, ...]]]:
    """The role of each specialist and its score in each round; None where it has none."""
    given = {(entry.number, s.specialist): s for entry in report.rounds for s in entry.scores}
    roles = {specialist: score.role for (_, specialist), score in given.items()}
    return [
        (
            role,
            tuple(
                score.score if (score := given.get((entry.number, specialist))) else None
                for entry in report.rounds
            ),
        )
        for specialist, role in roles.items()
    ]


def render_score_chart(report: Report) -> str:
    """The chart of a report's rounds as an SVG element; "" for a report without rounds."""
    rows = score_rows(report)
    if not rows:
        return ""
    rounds = len(report.rounds)
    column = min(_WIDEST_ROUND, (_WIDTH - _NARROWEST_LABEL) / rounds)
    label = min(_WIDEST_LABEL, _WIDTH - rounds * column)
    width, height = label + rounds * column, (len(rows) + 1) * _ROW
    title = say("report.scores", report.language, most=HIGHEST_SCORE)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="score-chart" role="img"'
        f" aria-label={quoteattr(title)} width={_length(width)} height={_length(height)}"
        f' viewBox="0 0 {width:g} {height:g}" font-family="{_FONTS}" font-size="{_FONT_SIZE:g}"'
        f' fill="currentColor">'
    ]
    for index, entry in enumerate(report.rounds):
        name = say("report.round", report.language, number=entry.number)
        parts.append(_text(label + index * column, _ROW / 2, name, "round"))
    for number, (role, scores) in enumerate(rows, 1):
        middle = (number + 0.5) * _ROW
        parts.append(_text(0, middle, _shorten(printable(role), label - _FONT_SIZE), "role", role))
        for index, score in enumerate(scores):
            left = label + index * column
            if score is None:
                parts.append(
                    _text(left, middle, say("report.not_scored", report.language), "unscored")
                )
            else:
                parts += _meter(left, middle, column, score)
    return "\n".join([*parts, "</svg>"])


def _meter(left: float, middle: float, column: float, score: int) -> list[str]:
    """Five blocks, ``score`` of them full, and the score as a number."""
    block = (column - _SCORE_WIDTH) / HIGHEST_SCORE - _GAP
    top = middle - _FONT_SIZE / 2
    parts = [
        f'<rect class="{"full" if place < score else "empty"}"'
        f" x={_length(left + place * (block + _GAP))} y={_length(top)}"
        f" width={_length(block)} height={_length(_FONT_SIZE)}"
        + (f' fill="{_ACCENT}"/>' if place < score else ' fill-opacity="0.13"/>')
        for place in range(HIGHEST_SCORE)
    ]
    figure = left + HIGHEST_SCORE * (block + _GAP) + 2 * _GAP
    return [*parts, _text(figure, middle, str(score), "score")]


def _text(left: float, middle: float, text: str, name: str, whole: str = "") -> str:
    # The baseline is computed, since not every renderer supports dominant-baseline.
    title = f"<title>{escape(printable(whole))}</title>" if whole else ""
    return (
        f'<text class="{name}" x={_length(left)} y={_length(middle + 0.36 * _FONT_SIZE)}>'
        f"{title}{escape(text)}</text>"
    )


def _shorten(text: str, width: float) -> str:
    """``text`` cut to about ``width``, with an ellipsis where something was cut."""
    room = width
    for place, character in enumerate(text):
        room -= _FONT_SIZE * (1.0 if east_asian_width(character) in "WF" else 0.56)
        if room < 0:
            return text[: max(0, place - 1)].rstrip() + "…"
    return text


def _length(value: float) -> str:
    return f'"{value:.1f}"'
