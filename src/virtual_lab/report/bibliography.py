"""The references of a report in the formats of reference managers: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from virtual_lab.domain import Source, SourceType
from virtual_lab.report.citing import letters, link_of, year
from virtual_lab.report.names import Name, split_name


class EntryType(NamedTuple):
    """A type of publication in each format, and the BibTeX field that names its venue."""

    bibtex: str
    ris: str
    csl: str
    venue: str = "journal"


_KINDS = {
    SourceType.ARTICLE: EntryType("article", "JOUR", "article-journal"),
    SourceType.REVIEW: EntryType("article", "JOUR", "article-journal"),
    SourceType.PREPRINT: EntryType("misc", "UNPB", "article", "howpublished"),
    SourceType.CONFERENCE: EntryType("inproceedings", "CPAPER", "paper-conference", "booktitle"),
    SourceType.BOOK: EntryType("book", "BOOK", "book", "series"),
    SourceType.CHAPTER: EntryType("incollection", "CHAP", "chapter", "booktitle"),
    SourceType.REPORT: EntryType("techreport", "RPRT", "report", "institution"),
    SourceType.THESIS: EntryType("phdthesis", "THES", "thesis", "school"),
    SourceType.DATASET: EntryType("misc", "DATA", "dataset", "howpublished"),
    SourceType.REFERENCE: EntryType("incollection", "ENCYC", "entry-encyclopedia", "booktitle"),
    SourceType.PAGE: EntryType("misc", "ELEC", "webpage", "howpublished"),
}
_UNKNOWN = EntryType("misc", "GEN", "document", "howpublished")

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_SMALL_WORDS = frozenset({"a", "an", "the", "on", "of", "in", "and", "for", "to"})
_CORRECTED = "A correction has been published"
_RETRACTED = "Retracted"


def citation_keys(sources: Sequence[Source]) -> dict[str, str]:
    """A unique BibTeX key for each source by its id, such as "bran2024augmenting"."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for source in sources:
        family = split_name(source.authors[0]).family if source.authors else ""
        word = next((w for w in map(_ascii, source.title.split()) if w not in _SMALL_WORDS), "")
        stem = f"{_ascii(family.split()[-1] if family else '')}{year(source) or ''}{word}"
        stem = stem if stem[:1].isalpha() else f"ref{stem or source.id}"
        key, number = stem, 0
        while key in taken:
            key, number = stem + letters(number), number + 1
        taken.add(key)
        keys[source.id] = key
    return keys


def to_bibtex(sources: Sequence[Source]) -> str:
    """The sources as a BibTeX file in UTF-8."""
    keys = citation_keys(sources)
    return "\n".join(_bibtex_entry(source, keys[source.id]) for source in sources)


def to_ris(sources: Sequence[Source]) -> str:
    """The sources as a RIS file."""
    return "\n".join(_ris_record(source) for source in sources)


def to_csl(sources: Sequence[Source]) -> str:
    """The sources as CSL-JSON, for pandoc, Zotero and citeproc."""
    keys = citation_keys(sources)
    records = [_csl_item(source, keys[source.id]) for source in sources]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def _bibtex_entry(source: Source, key: str) -> str:
    kind = _kind(source)
    fields = {
        "author": " and ".join(_bibtex_name(split_name(author)) for author in source.authors),
        # The second pair of braces prevents styles from changing the case, as CRISPR to Crispr.
        "title": f"{{{_tex(source.title)}}}",
        kind.venue: _tex(source.venue or ""),
        "year": str(year(source) or ""),
        "month": str(int(_date_parts(source)[1])) if len(_date_parts(source)) > 1 else "",
        "volume": _tex(source.volume or ""),
        "number": _tex(source.issue or (source.number if kind is not _UNKNOWN else "") or ""),
        "pages": _tex((source.page_range or "").replace("–", "--")),
        "publisher": _tex(source.publisher or ""),
        "doi": source.doi or "",
        "url": _bare(link_of(source) or ""),
        "urldate": (source.gathered_at or "")[:10],
        "langid": {"en": "english", "ko": "korean"}.get(source.language, ""),
        "note": _tex(_note(source)),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind.bibtex}{{{key},\n{body}}}\n"


def _ris_record(source: Source) -> str:
    kind = _kind(source)
    first, _, last = (source.page_range or "").partition("–")
    parts = _date_parts(source)
    tags = [
        ("TY", kind.ris),
        *(("AU", _listed(split_name(author))) for author in source.authors),
        ("TI", source.title),
        ("T2", source.venue),
        ("PY", str(year(source) or "")),
        ("DA", "/".join([*parts, "", "", ""][:3]) if parts else ""),
        ("VL", source.volume),
        ("IS", source.issue or source.number),
        ("SP", first),
        ("EP", last),
        ("PB", source.publisher),
        ("DO", source.doi),
        ("UR", link_of(source)),
        ("Y2", (source.gathered_at or "")[:10].replace("-", "/")),
        ("LA", source.language),
        ("N1", _note(source)),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in tags if value]
    return "\n".join([*lines, "ER  - ", ""])


def _csl_item(source: Source, key: str) -> dict[str, Any]:
    parts = _date_parts(source)
    item = {
        "id": key,
        "type": _kind(source).csl,
        "title": source.title,
        "author": [_csl_name(split_name(author)) for author in source.authors],
        "container-title": source.venue,
        "issued": {"date-parts": [[int(part) for part in parts]]} if parts else None,
        "volume": source.volume,
        "issue": source.issue,
        "number": source.number,
        "page": (source.page_range or "").replace("–", "-"),
        "publisher": source.publisher,
        "DOI": source.doi,
        "URL": link_of(source),
        "language": source.language,
        "accessed": _accessed(source),
        "note": _note(source),
    }
    return {name: value for name, value in item.items() if value}


def _kind(source: Source) -> EntryType:
    if source.type is None:
        return _KINDS[SourceType.ARTICLE] if source.doi and source.venue else _UNKNOWN
    return _KINDS[source.type]


def _date_parts(source: Source) -> list[str]:
    """Year, month and day, as far as they are known."""
    parts = (source.published or "").split("-")
    if parts[0].isdigit() and len(parts[0]) == 4:
        return [part for part in parts[:3] if part.isdigit()]
    return [str(source.year)] if source.year else []


def _accessed(source: Source) -> dict[str, Any] | None:
    day = (source.gathered_at or "")[:10]
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None


def _note(source: Source) -> str:
    return _RETRACTED if source.retracted else _CORRECTED if source.corrected else ""


def _listed(name: Name) -> str:
    return f"{name.family}, {name.given}" if name.given else name.family


def _csl_name(name: Name) -> dict[str, str]:
    if name.given:
        return {"family": name.family, "given": name.given}
    return {"literal": name.family}


def _bibtex_name(name: Name) -> str:
    """A name for BibTeX; braces prevent it from splitting the name of an organisation."""
    return f"{_tex(name.family)}, {_tex(name.given)}" if name.given else f"{{{_tex(name.family)}}}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in _line(text))


def _line(text: str) -> str:
    """``text`` on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _bare(url: str) -> str:
    """A URL without the characters that would end a BibTeX field."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _ascii(text: str) -> str:
    """Letters and digits of ``text`` in plain lower-case ASCII."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ø", "o").replace("ß", "ss"))
    return _NOT_KEY.sub("", decomposed)
