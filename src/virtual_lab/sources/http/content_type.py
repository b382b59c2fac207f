"""The content type of an answer: its format and encoding, also where the header is wrong."""

from __future__ import annotations

import re

from virtual_lab.documents.declaration import ReaderDeclaration
from virtual_lab.documents.registry import readers

_HEAD_BYTES = 1024  # as in the WHATWG's MIME sniffing standard
_HTML_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|div|table|h1|p|a|br|!--)[\s>/]?",
    re.IGNORECASE,
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,40})""", re.I)
_BINARY_BYTES = frozenset(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1B}


def reader_of(content: bytes, media_type: str = "") -> ReaderDeclaration | None:
    """The reader for the format of ``content``; None where there is none.

    The header decides only between formats that have no distinct first bytes.

    Args:
        content: the body of an answer.
        media_type: the media type of its header, in lower case.
    """
    for reader in readers():
        if reader.magic and all(magic.is_in(content) for magic in reader.magic):
            return reader
    named = _reader_by_media_type(media_type)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _reader_by_media_type("text/html" if "html" in media_type else "text/plain")
    if _BINARY_BYTES & frozenset(content[:_HEAD_BYTES]):
        return named if named and not named.is_text and not named.magic else None
    head = content[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n\x0c")
    is_xml = head.startswith(b"<?xml")
    if b"<html" in head if is_xml else _HTML_TAG.match(head):
        return _reader_by_media_type("text/html")
    if named and not named.magic:
        return named
    if is_xml or (head[:1] in (b"{", b"[") and "json" in media_type):
        return None
    return _reader_by_media_type("text/html" if "html" in media_type else "text/plain")


def _reader_by_media_type(media_type: str) -> ReaderDeclaration | None:
    """The reader that declares a media type."""
    return next((reader for reader in readers() if media_type in reader.media_types), None)


def decode(content: bytes, charset: str | None = None) -> str:
    """``content`` as text.

    UTF-8 is tried first, even before the header: text in other encodings is hardly ever valid
    UTF-8. Then follow the header, the meta element of the page, CP949 (common on Korean servers
    that give no encoding) and Latin-1.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    named = _META_CHARSET.search(content[: _HEAD_BYTES * 4])
    candidates = ["utf-8-sig", charset, named[1].decode("ascii") if named else None, "cp949"]
    for candidate in candidates:
        try:
            if candidate:
                return content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")
