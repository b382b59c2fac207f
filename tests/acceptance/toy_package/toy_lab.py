"""A package that adds a reader, a provider and an exporter to Virtual Lab, and some broken ones."""

from __future__ import annotations

import sys
from pathlib import Path

from virtual_lab.documents.declaration import Magic, ReaderDeclaration
from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.domain import Report, Source
from virtual_lab.plugins import Label
from virtual_lab.report.citing import CitationStyle
from virtual_lab.report.declaration import ExporterDeclaration
from virtual_lab.sources.declaration import (
    ProviderContext,
    ProviderDeclaration,
    ProviderSetting,
)
from virtual_lab.sources.identity import with_id
from virtual_lab.sources.provider import SourceRecord, make_record

_MARK = "TOY1\n"
_KEY = ProviderSetting("TOY_KEY", "Key of the toy provider.", is_secret=True)
_ABSTRACT = "Toy foods need a toy authorisation in the EU before they are placed on the market."


def read_toy(path: Path) -> Document:
    """The paragraphs of a toy file."""
    sys.stdout.write("what a reader prints does no harm\n")
    return _document(path.stem, path.read_text("utf-8").removeprefix(_MARK), str(path))


def _document(title: str, text: str, path: str | None = None) -> Document:
    builder = DocumentBuilder()
    for paragraph in text.split("\n\n"):
        builder.add(BlockKind.TEXT, paragraph.strip())
    return Document(title=title, text=builder.text, blocks=builder.blocks, language="en", path=path)


class Toy:
    """Searches a library of one work."""

    name = "toy"
    languages: frozenset[str] = frozenset()

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The work."""
        source = Source(id="", title="The toy abstract", doi="10.5555/toy", providers=(self.name,))
        return [make_record(with_id(source), _document(source.title, _ABSTRACT))]


async def _make(context: ProviderContext) -> Toy:
    assert _KEY.value, "it is not made where it lacks what it needs"
    return Toy()


def render_toy(report: Report, citations: CitationStyle) -> str:
    """A report as its quotes."""
    return "".join(f"toy: {quote.text}\n" for quote in report.quotes())


READER = ReaderDeclaration(
    label=Label("toy file", "장난감 파일"),
    suffixes=(".toy",),
    media_types=("application/x-toy",),
    magic=(Magic(_MARK.encode()),),
    is_text=True,
    read=read_toy,
)
PROVIDER = ProviderDeclaration(
    label=Label("Toy Search"), name="toy", settings=(_KEY,), needs=(_KEY.variable,), make=_make
)
CLASH = PROVIDER.model_copy(update={"name": "openalex"})
EXPORTER = ExporterDeclaration(
    label=Label("Toy quotes"), ending=".toy", media_type="text/x-toy", render=render_toy
)
NO_DECLARATION = "a text"
