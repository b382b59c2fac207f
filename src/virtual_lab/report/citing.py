"""Citations: the labels of references in a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from virtual_lab.domain import Source
from virtual_lab.report.names import split_name

CitationStyle = Literal["numbered", "author-year"]

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


def _short(text: str) -> str:
    if len(text) <= _LONGEST_NAME_IN_LABEL:
        return text
    return f"{text[: _LONGEST_NAME_IN_LABEL - 1].rstrip()}…"
