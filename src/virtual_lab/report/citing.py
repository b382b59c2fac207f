"""Citations: the labels of references in a text, and references written out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from virtual_lab.domain import Source, SourceType
from virtual_lab.report.names import Name, split_name

CitationStyle = Literal["numbered", "author-year"]

_MAX_AUTHORS = 6
_TITLE_WORDS_IN_LABEL = 4
_LONGEST_NAME_IN_LABEL = 40


def citation_labels(sources: Sequence[Source], style: CitationStyle = "numbered") -> dict[str, str]:
    """The label of each source by its id, without brackets.

    Args:
        sources: the references, in the order of their numbers.
        style: "numbered" gives 1, 2, ...; "author-year" gives "Bran et al., 2024", with letters
            after the year where two sources would share a label.
    """
    if style == "numbered":
        return {source.id: str(number) for number, source in enumerate(sources, 1)}
    plain = [author_year(source) for source in sources]
    total = Counter(plain)
    seen: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for source, label in zip(sources, plain, strict=True):
        letter = letters(seen[label]) if total[label] > 1 else ""
        seen[label] += 1
        labels[source.id] = label + letter
    return labels


def author_year(source: Source) -> str:
    """The label "Bran et al., 2024": the title replaces missing authors, "n.d." a missing year."""
    names = [split_name(author).family for author in source.authors]
    if not names:
        words = source.title.split()
        title = " ".join(words[:_TITLE_WORDS_IN_LABEL])
        names = [title + "…" if len(words) > _TITLE_WORDS_IN_LABEL else title]
    several = len(names) > 2
    who = f"{_short(names[0])} et al." if several else " & ".join(map(_short, names))
    return f"{who}, {year(source) or 'n.d.'}"


def reference(source: Source) -> str:
    """One reference written out: authors, year, title, venue and link."""
    parts = [
        _authors(source),
        f"({year(source) or 'n.d.'})",
        _sentence(source.title),
        _sentence(_where(source)),
    ]
    line = " ".join(part for part in parts if part)
    link = link_of(source)
    if link:
        line += f" {link}"
    if source.type is SourceType.PAGE and source.gathered_at:
        line += f" (accessed {source.gathered_at[:10]})"
    return line


def year(source: Source) -> int | None:
    """The year of publication."""
    if source.year:
        return source.year
    digits = (source.published or "")[:4]
    return int(digits) if len(digits) == 4 and digits.isdigit() else None


def link_of(source: Source) -> str | None:
    """The link of the DOI, else the URL of the source."""
    return f"https://doi.org/{source.doi}" if source.doi else source.url


def letters(number: int) -> str:
    """The letters of a number from 0: a, b, ... z, aa, ab, ..."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _authors(source: Source) -> str:
    names = [_inverted(split_name(author)) for author in source.authors]
    if len(names) > _MAX_AUTHORS:
        return ", ".join(names[:_MAX_AUTHORS]) + ", et al."
    if len(names) > 1:
        return ", ".join(names[:-1]) + f" & {names[-1]}"
    return names[0] if names else ""


def _inverted(name: Name) -> str:
    return f"{name.family}, {name.initials}" if name.given else name.family


def _where(source: Source) -> str:
    """The venue, as in "Nature Machine Intelligence, 6(5), 525–535", else number and publisher."""
    volume = source.volume or ""
    if source.issue:
        volume += f"({source.issue})"
    parts = [source.venue, volume, source.page_range]
    if not source.venue:
        parts = [source.number, source.publisher]
    elif source.number and not volume:
        parts = [source.venue, source.number]
    return ", ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _short(text: str) -> str:
    if len(text) <= _LONGEST_NAME_IN_LABEL:
        return text
    return f"{text[: _LONGEST_NAME_IN_LABEL - 1].rstrip()}…"
