"""The first bytes say what an answer is, and valid UTF-8 is UTF-8."""

from __future__ import annotations

import pytest

from virtual_lab.sources.http.content_type import decode, reader_of


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        (b"%PDF-1.7\n", "text/html", ".pdf"),
        (b"\xef\xbb\xbf\n%PDF-1.4", "", ".pdf"),
        (b"PK\x03\x04....word/document.xml", "application/octet-stream", ".docx"),
        (b"PK\x03\x04....xl/workbook.xml", "", None),
        (b"<!DOCTYPE html><p>Log in", "application/pdf", ".html"),
        (b"  \n<HTML lang=ko>", "", ".html"),
        (b"<?xml version='1.0'?><html xmlns='x'>", "", ".html"),
        (b"<?xml version='1.0'?><rss>", "application/rss+xml", None),
        (b"Just words.", "text/html", ".html"),
        (b"Just words.", "text/plain", ".txt"),
        (b"# Title", "text/markdown", ".md"),
        (b'{"a": 1}', "application/json", None),
        (b"\x89PNG\r\n\x1a\n", "text/html", None),
        (b"\x7fELF\x02\x01\x01\x00", "text/plain", None),
        ("식품".encode("utf-16"), "text/plain", ".txt"),
    ],
)
def test_the_format_is_what_the_bytes_say(
    content: bytes, media_type: str, expected: str | None
) -> None:
    reader = reader_of(content, media_type)
    assert (reader.suffixes[0] if reader else None) == expected


@pytest.mark.parametrize(
    ("content", "charset", "expected"),
    [
        ("안전성 평가".encode(), "iso-8859-1", "안전성 평가"),
        ("안전성 평가".encode("cp949"), None, "안전성 평가"),
        ("안전성 평가".encode("cp949"), "utf-8", "안전성 평가"),
        ("안전성 평가".encode("utf-16"), "utf-8", "안전성 평가"),
        ("\ufeffé".encode(), None, "é"),
        ("café".encode("latin-1"), "iso-8859-1", "café"),
        ("café".encode("latin-1"), "no-such-charset", "café"),
        ("<meta charset=windows-1251>еда".encode("cp1251"), None, "<meta charset=windows-1251>еда"),
    ],
)
def test_text_is_decoded_whatever_the_header_claims(
    content: bytes, charset: str | None, expected: str
) -> None:
    assert decode(content, charset) == expected
