"""Reading the fields of a provider's records, which may be missing or of another type."""

from __future__ import annotations

import re
from typing import Any

from virtual_lab.domain import Source, SourceKind
from virtual_lab.errors import UnusableAnswerError
from virtual_lab.sources.http import WebResponse
from virtual_lab.sources.identity import identified
from virtual_lab.sources.markup import abstract, plain
from virtual_lab.sources.provider import SourceRecord, found
from virtual_lab.text.language import detect_language

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_ISO_639_1 = {
    "eng": "en", "kor": "ko", "jpn": "ja", "chi": "zh", "zho": "zh", "ger": "de", "deu": "de",
    "fre": "fr", "fra": "fr", "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "dut": "nl",
    "nld": "nl", "pol": "pl", "tur": "tr",
}  # fmt: skip
_RETRACTED_TITLE = re.compile(r"^\W*(?:retracted(?: article)?|withdrawn)\b\s*[:\]—-]\s*", re.I)


def at(value: Any, *path: str | int) -> Any:
    """What stands in nested JSON under ``path``; None where the path ends early."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                return None
        elif not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def items(value: Any, *path: str | int) -> list[Any]:
    """The list under ``path``; an empty one where there is none."""
    got = at(value, *path)
    return got if isinstance(got, list) else []


def results(value: Any, provider: str, *path: str | int) -> list[Any]:
    """The list of records under ``path``, which may be empty but has to be there.

    Raises:
        UnusableAnswerError: it is not: the provider has changed its format.
    """
    got = at(value, *path)
    if not isinstance(got, list):
        raise UnusableAnswerError("fetch.unknown_format", provider=provider)
    return got


def line(value: Any, *path: str | int) -> str | None:
    """The text under ``path`` on one line, without markup; None where there is none."""
    got = at(value, *path)
    if isinstance(got, int) and not isinstance(got, bool):
        got = str(got)
    return (plain(got) or None) if isinstance(got, str) else None


def date(value: Any, *path: str | int) -> str | None:
    """The date under ``path`` (2024, 2024-05 or 2024-05-30), cut from an ISO time as well."""
    match = _DATE.match(line(value, *path) or "")
    return match[0] if match else None


def page_range(first: str | None, last: str | None) -> str | None:
    """ "525–535" or "525" from the first and the last page."""
    if not first or not last or first == last:
        return first or last
    return f"{first}–{last}"


def dashed(pages: str | None) -> str | None:
    """A range of pages as a provider writes it ("525 - 535", "145-145"), in one form."""
    if not pages:
        return None
    first, _, last = pages.replace("–", "-").partition("-")
    return page_range(first.strip() or None, last.strip() or None)


def family_first(family: str | None, given: str | None) -> str | None:
    """An author as "Family, Given"."""
    if family and given:
        return f"{family}, {given}"
    return family or given


def describe(
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
    """What a provider says of one work; None where it does not say its title.

    Args:
        title: a mark in it ("RETRACTED: ...") makes the work a retracted one and is taken off.
        provider: its name.
        answer: that the record stands in.
        markup: the abstract, as the provider gives it.
        language_code: of the work, in ISO 639; what is not said is told from the words.
        kind: whether the work is literature or a page.
        retracted: whether the provider says so.
        published: the date.
        year: where it is not that of ``published``.
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
    return found(identified(source), document)


def _language(code: str | None) -> str | None:
    """An ISO 639-1 code from one of ISO 639-1 or 639-2."""
    code = (code or "").lower().partition("-")[0]
    return _ISO_639_1.get(code, code[:2]) or None
