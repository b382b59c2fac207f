"""The fields of a provider's records, which may be missing or of an unexpected type."""

from __future__ import annotations

import re
from typing import Any

from virtual_lab.domain import Source, SourceKind
from virtual_lab.errors import UnusableAnswerError
from virtual_lab.sources.http import WebResponse
from virtual_lab.sources.identity import with_id
from virtual_lab.sources.markup import abstract, plain
from virtual_lab.sources.provider import SourceRecord, make_record
from virtual_lab.text.language import detect_language

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_ISO_639_1 = {
    "eng": "en", "kor": "ko", "jpn": "ja", "chi": "zh", "zho": "zh", "ger": "de", "deu": "de",
    "fre": "fr", "fra": "fr", "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "dut": "nl",
    "nld": "nl", "pol": "pl", "tur": "tr",
}  # fmt: skip
_RETRACTED_TITLE = re.compile(r"^\W*(?:retracted(?: article)?|withdrawn)\b\s*[:\]—-]\s*", re.I)


def value_at(value: Any, *path: str | int) -> Any:
    """The value under ``path`` in nested JSON; None where there is none."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                return None
        elif not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def list_at(value: Any, *path: str | int) -> list[Any]:
    """The list under ``path``; empty where there is none."""
    got = value_at(value, *path)
    return got if isinstance(got, list) else []


def required_list_at(value: Any, provider: str, *path: str | int) -> list[Any]:
    """The list of records under ``path``, which must exist but may be empty.

    Raises:
        UnusableAnswerError: there is no list: the provider has changed its format.
    """
    got = value_at(value, *path)
    if not isinstance(got, list):
        raise UnusableAnswerError("fetch.unknown_format", provider=provider)
    return got


def text_at(value: Any, *path: str | int) -> str | None:
    """The text under ``path`` on one line, without markup; None where there is none."""
    got = value_at(value, *path)
    if isinstance(got, int) and not isinstance(got, bool):
        got = str(got)
    return (plain(got) or None) if isinstance(got, str) else None


def date_at(value: Any, *path: str | int) -> str | None:
    """The date under ``path`` as 2024, 2024-05 or 2024-05-30; the time of an ISO time is cut."""
    match = _DATE.match(text_at(value, *path) or "")
    return match[0] if match else None


def page_range(first: str | None, last: str | None) -> str | None:
    """The range "525–535", or "525" where only one page is given."""
    if not first or not last or first == last:
        return first or last
    return f"{first}–{last}"


def normal_page_range(pages: str | None) -> str | None:
    """The range that a provider writes as "525 - 535" or "145-145", as ``page_range`` gives it."""
    if not pages:
        return None
    first, _, last = pages.replace("–", "-").partition("-")
    return page_range(first.strip() or None, last.strip() or None)


def family_first(family: str | None, given: str | None) -> str | None:
    """An author as "Family, Given"."""
    if family and given:
        return f"{family}, {given}"
    return family or given


def build_record(
    *,
    title: str | None,
    provider: str,
    answer: WebResponse,
    markup: Any = None,
    language_code: str | None = None,
    kind: SourceKind = SourceKind.LITERATURE,
    retracted: bool = False,
    published: str | None = None,
    year: int | None = None,
    **fields: Any,
) -> SourceRecord | None:
    """The record of one work; None where the provider gives no title.

    Args:
        title: the title. A prefix like "RETRACTED: " is removed and marks the work as retracted.
        provider: the name of the provider.
        answer: the answer that the record comes from.
        markup: the abstract, as the provider gives it.
        language_code: the language of the work, in ISO 639; detected from the text where it is
            unknown.
        kind: whether the work is literature or a page.
        retracted: whether the provider says that the work was retracted.
        published: the date of publication.
        year: the year, where it is not that of ``published``.
        fields: further fields of ``Source``.
    """
    bare = _RETRACTED_TITLE.sub("", title or "").strip()
    if not bare:
        return None
    document = abstract(markup if isinstance(markup, str) else "", bare)
    spoken = document.language if document else detect_language(bare)
    if year is None and published:
        year = int(published[:4])
    source = Source(
        id="",
        title=bare,
        kind=kind,
        language=_language(language_code) or spoken,
        published=published or (str(year) if year else None),
        year=year,
        retracted=retracted or bare != (title or "").strip(),
        providers=(provider,),
        gathered_at=answer.date.isoformat(timespec="seconds"),
        **fields,
    )
    return make_record(with_id(source), document)


def _language(code: str | None) -> str | None:
    """An ISO 639-1 code from one of ISO 639-1 or 639-2."""
    code = (code or "").lower().partition("-")[0]
    return _ISO_639_1.get(code, code[:2]) or None
