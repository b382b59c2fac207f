"""What an answer really is: its format by its first bytes, its text whatever its header says."""

from __future__ import annotations

import re

from virtual_lab.documents.declaration import ReaderDeclaration
from virtual_lab.documents.registry import readers

_HEAD = 1024  # bytes that are looked at, as in the WHATWG's MIME sniffing standard
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|div|table|h1|p|a|br|!--)[\s>/]?",
    re.IGNORECASE,
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,40})""", re.I)
_BINARY = frozenset(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1B}


def reader_of(content: bytes, media_type: str = "") -> ReaderDeclaration | None:
    """What reads the format that ``content`` has; None where no reader takes it.

    The header decides only between formats that cannot be told apart by their first bytes.
    """
    for reader in readers():
        if reader.magic and all(magic.is_in(content) for magic in reader.magic):
            return reader
    named = _named(media_type)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _named("text/html" if "html" in media_type else "text/plain")
    if _BINARY & frozenset(content[:_HEAD]):
        return named if named and not named.is_text and not named.magic else None
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n\x0c")
    is_xml = head.startswith(b"<?xml")
    if b"<html" in head if is_xml else _HTML.match(head):
        return _named("text/html")
    if named and not named.magic:
        return named
    if is_xml or (head[:1] in (b"{", b"[") and "json" in media_type):
        return None
    return _named("text/html" if "html" in media_type else "text/plain")


def _named(media_type: str) -> ReaderDeclaration | None:
    """The reader that declares a media type."""
    return next((reader for reader in readers() if media_type in reader.media_types), None)


def decode(content: bytes, charset: str | None = None) -> str:
    """``content`` as text.

    Text that is valid UTF-8 is UTF-8, whatever a header claims: other encodings hardly ever are
    valid by chance. Else the header, the page's own meta element, CP949 (what Korean servers
    that say nothing send) and Latin-1 are tried in this order.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    named = _META_CHARSET.search(content[: _HEAD * 4])
    candidates = ["utf-8-sig", charset, named[1].decode("ascii") if named else None, "cp949"]
    for candidate in candidates:
        try:
            if candidate:
                return content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")
