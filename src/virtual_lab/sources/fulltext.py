"""Full text: pages and open copies of papers, read by the same readers as local documents."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from virtual_lab.documents.document import Document
from virtual_lab.documents.registry import unsupported
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Source
from virtual_lab.errors import UnreadableDocumentError
from virtual_lab.sources.http import Fetcher, WebResponse
from virtual_lab.sources.http.content_type import decode, reader_of
from virtual_lab.sources.provider import SourceRecord, found
from virtual_lab.text.tokens import tokenise

_MIN_PAPER = 4_000  # characters; less is the page about a paper rather than the paper
_MAX_COPY_BYTES = 32 * 1024 * 1024  # of a copy that nobody asked for by name
_MIN_PAGE = 200
_OPENING = 8_000  # characters in which a paper names its title
_TITLE_SHARE = 0.8
_MAX_STEM = 80


class FullTextReader:
    """Fetches and reads documents of the web.

    Args:
        fetcher: fetches them.
        reader: reads them, in a process of its own.
    """

    def __init__(self, fetcher: Fetcher, reader: DocumentReader) -> None:
        self._fetcher = fetcher
        self._reader = reader
        self._turn = asyncio.Lock()

    async def read(self, url: str, max_bytes: int | None = None) -> tuple[Document, WebResponse]:
        """The document at ``url``, a page or a file of at most ``max_bytes``.

        Raises:
            FetchError: it cannot be fetched.
            UnreadableDocumentError: it cannot be read.
        """
        answer = await self._fetcher.get_page(url, max_bytes=max_bytes)
        reader = reader_of(answer.content, answer.media_type)
        if reader is None:
            raise unsupported(answer.media_type or "unknown")
        content = answer.content
        if reader.is_text:
            content = decode(content, answer.charset).encode()
        document = await self._read(content, f"{_stem(answer.url)}{reader.suffixes[0]}")
        return document.model_copy(update={"path": None, "url": answer.url}), answer

    async def read_markdown(self, text: str, title: str) -> Document | None:
        """A page that came as Markdown; None where there is no text in it."""
        if len(text) < _MIN_PAGE:
            return None
        try:
            document = await self._read(text.encode("utf-8", "replace"), "page.md")
        except UnreadableDocumentError:
            return None
        return document.model_copy(update={"path": None, "title": title})

    async def complete(self, record: SourceRecord) -> SourceRecord | None:
        """A record with the full text of its open copy in the place of its abstract.

        None where what stands at its address is not the work: a log-in page, a page about the
        paper, another paper.

        Raises:
            FetchError: the copy cannot be fetched.
            UnreadableDocumentError: it cannot be read.
        """
        source = record.source
        url = source.open_access_url or (source.url if not source.doi else None)
        if not url:
            return None
        document, answer = await self.read(url, _MAX_COPY_BYTES)
        if not _is_text_of(document, record):
            return None
        return with_document(source, document, answer)

    async def _read(self, content: bytes, name: str) -> Document:
        """Read one document; a cancelled read ends the reading process, and with it the thread."""
        async with self._turn:
            reading = asyncio.ensure_future(
                asyncio.to_thread(_read_file, self._reader, content, name)
            )
            try:
                return await asyncio.shield(reading)
            except asyncio.CancelledError:
                self._reader.cancel()
                await asyncio.wait([reading])
                raise


def with_document(source: Source, document: Document, answer: WebResponse) -> SourceRecord:
    """A source whose text is that of ``document``.

    Its id is made from the text, as it is for local documents: a page that changes becomes another
    source, and what was quoted from the old one still stands in the old one.
    """
    described = source.model_copy(
        update={
            "id": document.source_id,
            "pages": document.pages,
            "language": document.language,
            "authors": source.authors or document.authors,
            "published": source.published or document.published,
            "year": source.year or _year(document.published),
            "gathered_at": answer.date.isoformat(timespec="seconds"),
        }
    )
    return found(described, document)


def _read_file(reader: DocumentReader, content: bytes, name: str) -> Document:
    with tempfile.TemporaryDirectory(prefix="virtual-lab-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return reader.read(path)


def _is_text_of(document: Document, record: SourceRecord) -> bool:
    length = sum(len(passage.text) for passage in document.passages())
    if not record.source.doi:
        return length >= _MIN_PAGE
    title = set(tokenise(record.source.title))
    opening = set(tokenise(f"{document.title} {document.text[:_OPENING]}"))
    named = len(title & opening) >= _TITLE_SHARE * len(title)
    return named and length >= max(_MIN_PAPER, 2 * len(record.text))


def _stem(url: str) -> str:
    """A file name for the last part of a path: it is the title of a document that has none."""
    stem = PurePosixPath(unquote(urlsplit(url).path)).stem
    kept = "".join(c if c.isalnum() or c in "-_. " else "-" for c in stem).strip(". ")
    return kept[:_MAX_STEM] or "page"


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date and date[:4].isdigit() else None
