"""The merging of duplicates: the records that several providers have of a work become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

from virtual_lab.domain import Source, SourceType
from virtual_lab.sources.identity import title_key, url_key, with_id
from virtual_lab.sources.provider import SourceRecord, with_source
from virtual_lab.sources.registry import trust_in
from virtual_lab.text.tokens import fold

_RANK_FUSION_CONSTANT = 60  # Cormack, Clarke and Büttcher 2009
_MOST_YEARS_APART = 1  # between publication online and in print, or of preprint and paper
# These are not taken from the most trusted record that has them.
_FIELDS_MERGED_APART = frozenset(
    {"id", "open_access_url", "retracted", "corrected", "providers", "authors", "type"}
)


def merge(rankings: Sequence[Sequence[SourceRecord]]) -> list[SourceRecord]:
    """The works of several rankings, each once, ordered by reciprocal rank fusion.

    Two records are of the same work where they have the same DOI, the same title and year, or,
    without a DOI, the same address. Two papers with different DOIs are different works; a preprint
    and its paper are the same.

    Args:
        rankings: the result of each search, best first.
    """
    groups: list[list[SourceRecord]] = []
    scores: list[float] = []
    places: dict[str, list[int]] = defaultdict(list)
    for ranking in rankings:
        for rank, item in enumerate(ranking):
            keys = _keys(item.source)
            near = dict.fromkeys(place for key in keys for place in places[key])
            place = next(
                (p for p in near if any(_are_same_work(item, o) for o in groups[p])), len(groups)
            )
            if place == len(groups):
                groups.append([])
                scores.append(0.0)
            groups[place].append(item)
            scores[place] += 1 / (_RANK_FUSION_CONSTANT + rank)
            for key in keys:
                places[key].append(place)
    order = sorted(range(len(groups)), key=lambda place: -scores[place])
    return [_merge_records(groups[place]) for place in order]


def _keys(source: Source) -> list[str]:
    """The keys by which candidates for the same work are found."""
    keys = (source.doi, title_key(source.title), url_key(source.url or ""))
    return [key for key in keys if key]


def _are_same_work(one: SourceRecord, other: SourceRecord) -> bool:
    a, b = one.source, other.source
    if a.doi and b.doi:
        if a.doi == b.doi:
            return True
        if SourceType.PREPRINT not in (a.type, b.type):
            return False
    elif not a.doi and not b.doi and url_key(a.url or "") == url_key(b.url or "") != "":
        return True
    key = title_key(a.title)
    return (
        bool(key)
        and key == title_key(b.title)
        and _may_be_same_year(a, b)
        and _may_be_same_author(a, b)
    )


def _may_be_same_year(a: Source, b: Source) -> bool:
    if a.year is None or b.year is None:
        return a.year == b.year or bool(a.doi) != bool(b.doi)
    return abs(a.year - b.year) <= _MOST_YEARS_APART


def _may_be_same_author(a: Source, b: Source) -> bool:
    """Whether the first authors may be the same person, as they may where one is unknown."""
    if not a.authors or not b.authors:
        return True
    return bool(_name_parts(a.authors[0]) & _name_parts(b.authors[0]))


def _name_parts(author: str) -> set[str]:
    """The parts of a name without initials."""
    parts = fold(author).replace(",", " ").replace(".", " ").split()
    return {part for part in parts if len(part) > 1} or set(parts)


def _merge_records(group: Sequence[SourceRecord]) -> SourceRecord:
    if len(group) == 1:
        return group[0]
    published = [f for f in group if f.source.type is not SourceType.PREPRINT] or list(group)
    trusted = [f.source for f in _by_trust("metadata", published)]
    everything = trusted + [
        f.source for f in _by_trust("metadata", group) if f.source not in trusted
    ]
    fields: dict[str, Any] = {
        name: _first(getattr(source, name) for source in everything)
        for name in Source.model_fields
        if name not in _FIELDS_MERGED_APART
    }
    copies = [f.source.open_access_url for f in _by_trust("open_copy", group)]
    providers = [name for f in group for name in f.source.providers]
    source = Source(
        **{name: value for name, value in fields.items() if value is not None},
        id="",
        authors=_best_authors(everything),
        type=_best_type(everything),
        open_access_url=_first(copies),
        retracted=any(f.source.retracted for f in group),
        corrected=any(f.source.corrected for f in group),
        providers=tuple(dict.fromkeys(providers)),
    )
    texts = [f for f in _by_trust("abstract", group) if f.passages]
    return with_source(texts[0] if texts else SourceRecord(source), with_id(source))


def _by_trust(
    rank: Literal["metadata", "abstract", "open_copy"], group: Sequence[SourceRecord]
) -> list[SourceRecord]:
    """The records in the order of the trust in their providers; the sort is stable."""

    def place(item: SourceRecord) -> int:
        name = item.source.providers[0] if item.source.providers else ""
        return getattr(trust_in(name), rank)  # type: ignore[no-any-return]

    return sorted(group, key=place)


def _first(values: Any) -> Any:
    """The first value that is not empty."""
    return next((value for value in values if value not in (None, "", ())), None)


def _best_authors(sources: Sequence[Source]) -> tuple[str, ...]:
    """The list of authors with the most names as "Family, Given", then with the fewest initials."""

    def quality(authors: tuple[str, ...]) -> tuple[int, float]:
        separated = sum(", " in author for author in authors)
        spelled_out = sum(len(part) > 1 for a in authors for part in a.replace(".", " ").split())
        return separated, spelled_out / len(authors)

    return max((s.authors for s in sources if s.authors), key=quality, default=())


def _best_type(sources: Sequence[Source]) -> SourceType | None:
    """The most trusted type; "review" is preferred to "article", which is less precise."""
    types = [source.type for source in sources if source.type]
    if types and types[0] is SourceType.ARTICLE and SourceType.REVIEW in types:
        return SourceType.REVIEW
    return types[0] if types else None
