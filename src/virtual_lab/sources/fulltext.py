"""Full texts: pages and open copies of papers, read by the same readers as local documents."""

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
from virtual_lab.sources.provider import SourceRecord, make_record
from virtual_lab.text.tokens import tokenise

# A shorter text is a page about a paper, not the paper.
_FEWEST_CHARACTERS_OF_PAPER = 4_000
_FEWEST_CHARACTERS_OF_PAGE = 200
_MAX_COPY_BYTES = 32 * 1024 * 1024
# An open copy must hold this share of the words of its title within its beginning.
_LEAST_TITLE_SHARE = 0.8
_BEGINNING_CHARACTERS = 8_000
_MOST_CHARACTERS_OF_FILE_NAME = 80


class FullTextReader:
    """Fetches and reads documents of the web.

    Args:
        fetcher: fetches the documents.
        reader: reads them, in a separate process.
    """

    def __init__(self, fetcher: Fetcher, reader: DocumentReader) -> None:
        self._fetcher = fetcher
        self._reader = reader
        self._lock = asyncio.Lock()

    async def read(self, url: str, max_bytes: int | None = None) -> tuple[Document, WebResponse]:
        """The document at ``url``, a page or a file, and the answer that it came in.

        Args:
            url: an address of the public web.
            max_bytes: the largest answer; the limit of the fetcher where None.

        Raises:
            FetchError: the document cannot be fetched.
            UnreadableDocumentError: the document cannot be read.
        """
        answer = await self._fetcher.get_page(url, max_bytes=max_bytes)
        reader = reader_of(answer.content, answer.media_type)
        if reader is None:
            raise unsupported(answer.media_type or "unknown")
        content = answer.content
        if reader.is_text:
            content = decode(content, answer.charset).encode()
        document = await self._read(content, f"{_file_name(answer.url)}{reader.suffixes[0]}")
        return document.model_copy(update={"path": None, "url": answer.url}), answer

    async def read_markdown(self, text: str, title: str) -> Document | None:
        """The document in a page of Markdown; None where it has too little text."""
        if len(text) < _FEWEST_CHARACTERS_OF_PAGE:
            return None
        try:
            document = await self._read(text.encode("utf-8", "replace"), "page.md")
        except UnreadableDocumentError:
            return None
        return document.model_copy(update={"path": None, "title": title})

    async def complete(self, record: SourceRecord) -> SourceRecord | None:
        """A record with the full text of its open copy instead of its abstract.

        None where there is no copy, or where its address leads to something else: a log-in page, a
        page about the paper, another paper.

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
        """Read one document. Cancelling ends the reading process, and so the thread that waits."""
        async with self._lock:
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
    """The record of ``source`` with the text of ``document``.

    The id is made from the text, as it is for local documents: a page that has changed is another
    source, so that quotes from the old text remain valid.
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
    return make_record(described, document)


def _read_file(reader: DocumentReader, content: bytes, name: str) -> Document:
    with tempfile.TemporaryDirectory(prefix="virtual-lab-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return reader.read(path)


def _is_text_of(document: Document, record: SourceRecord) -> bool:
    length = sum(len(passage.text) for passage in document.passages())
    if not record.source.doi:
        return length >= _FEWEST_CHARACTERS_OF_PAGE
    title = set(tokenise(record.source.title))
    beginning = set(tokenise(f"{document.title} {document.text[:_BEGINNING_CHARACTERS]}"))
    has_title = len(title & beginning) >= _LEAST_TITLE_SHARE * len(title)
    return has_title and length >= max(_FEWEST_CHARACTERS_OF_PAPER, 2 * len(record.text))


def _file_name(url: str) -> str:
    """A file name from the last part of a URL. It becomes the title of a document without one."""
    stem = PurePosixPath(unquote(urlsplit(url).path)).stem
    name = "".join(c if c.isalnum() or c in "-_. " else "-" for c in stem).strip(". ")
    return name[:_MOST_CHARACTERS_OF_FILE_NAME] or "page"


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date and date[:4].isdigit() else None
