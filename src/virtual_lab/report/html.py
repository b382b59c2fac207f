"""The report as one self-contained HTML file, where a click on a citation opens its quote."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from virtual_lab.domain import Report
from virtual_lab.messages import say
from virtual_lab.report.citing import CitationStyle
from virtual_lab.report.layout import lay_out
from virtual_lab.report.paper import Note, Paper, QuotedWords, StatementBlock, reference_anchor
from virtual_lab.report.scores import HIGHEST_SCORE


def render_html(report: Report, citations: CitationStyle = "numbered") -> str:
    """The whole report; every text is escaped by the template engine."""
    paper = lay_out(report, citations)
    return _template("report.html.j2").render(
        paper=paper,
        parts=render_parts(paper),
        style=Markup(_resource("report.css")),  # noqa: S704 - a file of this package
    )


def render_parts(paper: Paper, quote_address: Callable[[int], str] | None = None) -> Markup:
    """All parts of a paper as HTML, for the body of a page that has its style sheet.

    Args:
        quote_address: gives the URL of a quote by its number, to which citations then lead;
            without it a citation opens its quote in the page.
    """
    language = paper.language
    html = _template("parts.html.j2").render(
        paper=paper,
        say=lambda key, **values: say(f"report.{key}", language, **values),
        quotes=_quotes,
        quote_address=quote_address,
        reference_anchor=reference_anchor,
        highest_score=HIGHEST_SCORE,
    )
    return Markup(html)  # noqa: S704 - the template engine escaped it


def _quotes(statement: StatementBlock, note: Note) -> tuple[QuotedWords, ...]:
    """The quotes of a citation: those of its note, else the statement, which is itself a quote."""
    return note.quotes or (QuotedWords(words=statement.text),)


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_resource(name))


def _resource(name: str) -> str:
    return (files("virtual_lab.report") / name).read_text(encoding="utf-8")
