"""The themes of passages: from their headings where these are informative, else from the terms
that distinguish some of the passages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from textwrap import shorten
from typing import NamedTuple

from virtual_lab.domain import Language, Source
from virtual_lab.library.index import Hit
from virtual_lab.retrieval.query_terms import Concept, Concepts
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.glossary import Glossary, Term
from virtual_lab.text.language import detect_language
from virtual_lab.text.tokens import tokenise

# A heading that so many sources share is ignored.
_FEWEST_SOURCES_OF_GENERIC_HEADING = 4
# A theme with a larger share of the weight is split into its subsections.
_LARGEST_THEME_SHARE = 0.4
# Headings are used only where the themes that they make hold this share of the weight.
_LEAST_SHARE_IN_THEMES = 0.6
_GENERAL_FIELD = "general"
_FEWEST_HITS_OF_TERM, _LARGEST_HIT_SHARE_OF_TERM = 2, 0.5
# This inverse document frequency means about one passage of five.
_LEAST_RARITY_OF_TERM = 1.5
_MOST_TITLE_CHARACTERS = 90
# Titles of judgments that name only a kind of case, such as 손해배상(기), are not longer.
_MOST_CHARACTERS_OF_CASE_KIND = 20

# The title of a theme adds the heading above such a heading.
_VAGUE_HEADING = re.compile(
    r"(?:(?:general|additional|specific|other|further|key|main) \w+|general|introduction|background"
    r"|overview|scope|objectives?|purpose|method(?:s|ology)?|results|discussion|conclusions?"
    r"|points to consider|summary|일반 ?사항|개요|서론|배경|목적|범위|방법|결과|고찰|결론)$",
    re.IGNORECASE,
)

# The title of a theme adds the heading below such a heading.
_NUMBERED_HEADING = re.compile(
    r"(?:(?:article|annex|appendix|section|chapter|part|title)s? [\dIVXLC]+[a-z]?"
    r"|제 ?\d+ ?(?:편|장|절|관|조))\.?$",
    re.IGNORECASE,
)

_LONG_PARENTHESIS = re.compile(r"(?<=\S) \([^()]{20,}\)$")  # an abbreviation is shorter
_NUMBER = re.compile(r"\d|\b[IVX]+\b")

_Path = tuple[str, ...]
_ByPath = dict[_Path, list[Hit]]


class Theme(NamedTuple):
    """A theme and the passages that belong to it, best first."""

    title: str
    hits: tuple[Hit, ...]

    @property
    def weight(self) -> float:
        """The sum of the scores of its passages."""
        return sum(hit.score for hit in self.hits)


def find_themes(
    hits: Sequence[Hit],
    concepts: Concepts,
    retriever: Retriever,
    language: Language,
    most: int,
    rest: str,
    separate_cases: bool = False,
) -> list[Theme]:
    """The themes of ``hits``, heaviest first; every hit is in one of them.

    Args:
        hits: the passages.
        concepts: the concepts of the question.
        retriever: gives titles of sources and weights of terms.
        language: the language of the titles.
        most: how many themes at most.
        rest: the title of the last theme, with all that does not fit into the others.
        separate_cases: whether each judgment is a theme, not each kind of case.
    """
    generic = _generic_headings(hits)
    by_heading: _ByPath = defaultdict(list)
    for hit in hits:
        section = tuple(title for title in hit.passage.section if title not in generic)
        by_heading[(hit.passage.source_id, *section)].append(hit)
    groups = _split(by_heading)
    if _is_scattered(groups, most):
        themes = _by_terms(hits, concepts, retriever, language, most)
    else:
        themes = [
            Theme(_title(path, group, retriever, language, separate_cases), tuple(group))
            for path, group in groups
        ]
    return _merge_themes(themes, most, rest)


def _is_scattered(groups: Sequence[tuple[tuple[str, ...], list[Hit]]], most: int) -> bool:
    """Whether too much of the weight is outside the heaviest groups."""
    weights = sorted((_weight(group) for _, group in groups), reverse=True)
    return sum(weights[:most]) < _LEAST_SHARE_IN_THEMES * sum(weights)


def _title(
    path: Sequence[str],
    group: Sequence[Hit],
    retriever: Retriever,
    language: Language,
    separate_cases: bool,
) -> str:
    """The title of a group: its last heading, else the title of its source."""
    source_id, *section = path
    if not section:
        source = retriever.source(source_id)
        title = heading_title(source.title, retriever.glossary, language)
        return f"{_case_prefix(source)}{title}" if separate_cases else title
    title = heading_title(section[-1], retriever.glossary, language)
    if len(section) > 1 and _VAGUE_HEADING.match(section[-1]):
        above = heading_title(section[-2], retriever.glossary, language)
        return f"{above}: {title[:1].lower()}{title[1:]}"
    if _NUMBERED_HEADING.match(section[-1]):
        below = {_subheading(section[-1], hit.passage.section) for hit in group}
        if len(below) == 1 and (subject := below.pop()):
            return f"{title}: {heading_title(subject, retriever.glossary, language)}"
    return title


def _subheading(heading: str, section: Sequence[str]) -> str:
    """The heading below ``heading``; "" where there is none."""
    place = section.index(heading) + 1
    return section[place] if place < len(section) else ""


def _case_prefix(source: Source) -> str:
    """The court and number of a judgment whose title names only the kind of case; else ""."""
    if (
        not source.number
        or len(source.title) > _MOST_CHARACTERS_OF_CASE_KIND
        or source.language != "ko"
    ):
        return ""
    return f"{' '.join((*source.authors[:1], source.number))}, "


def heading_title(title: str, glossary: Glossary, language: Language) -> str:
    """A heading as a title, without a long parenthesis at its end.

    In a Korean report, an English heading follows its Korean translation, if all its words are in
    the glossary.
    """
    title = _LONG_PARENTHESIS.sub("", title)
    if language != "ko" or detect_language(title) == "ko" or _NUMBER.search(title):
        return title
    tokens = tokenise(title)
    mentions = glossary.mentions(tokens)
    known = sum(mention.end - mention.start for mention in mentions)
    if not mentions or len(mentions) > 2 or known < len(tokens):
        return title
    names = " · ".join(dict.fromkeys(mention.term.ko[0] for mention in mentions))
    return f"{names} ({title})"


def _generic_headings(hits: Sequence[Hit]) -> set[str]:
    sources: dict[str, set[str]] = defaultdict(set)
    for hit in hits:
        for title in hit.passage.section:
            sources[title].add(hit.passage.source_id)
    return {
        title for title, ids in sources.items() if len(ids) >= _FEWEST_SOURCES_OF_GENERIC_HEADING
    }


def _split(by_path: _ByPath) -> list[tuple[_Path, list[Hit]]]:
    """Group paths by their source; groups with too much weight are divided by headings."""
    total = _weight(_hits_of(by_path)) or 1.0
    groups = _group_by_depth(by_path, 1)
    heavy = True
    while heavy:
        heavy = False
        for path, group in list(groups.items()):
            finer = (
                _divide(group) if _weight(_hits_of(group)) > _LARGEST_THEME_SHARE * total else {}
            )
            if finer:
                heavy = True
                del groups[path]
                groups.update(finer)
    joined = [(path, _hits_of(group)) for path, group in groups.items()]
    return sorted(joined, key=lambda item: -_weight(item[1]))


def _divide(group: _ByPath) -> dict[_Path, _ByPath]:
    """A group divided at the first level where it has several headings; empty if there is none."""
    for depth in range(1, max(map(len, group)) + 1):
        finer = _group_by_depth(group, depth)
        if len(finer) > 1:
            return finer
    return {}


def _group_by_depth(by_path: _ByPath, depth: int) -> dict[_Path, _ByPath]:
    groups: dict[_Path, _ByPath] = defaultdict(dict)
    for path, hits in by_path.items():
        groups[path[:depth]][path] = hits
    return dict(groups)


def _hits_of(by_path: _ByPath) -> list[Hit]:
    return [hit for hits in by_path.values() for hit in hits]


def _weight(group: Sequence[Hit]) -> float:
    return sum(hit.score for hit in group)


def _by_terms(
    hits: Sequence[Hit], concepts: Concepts, retriever: Retriever, language: Language, most: int
) -> list[Theme]:
    """Group passages by the glossary's terms that they share."""
    question_tokens = {
        token for concept in concepts.concepts for name in concept.names for token in name
    }
    terms_of: list[set[Term]] = []
    for hit in hits:
        tokens = tokenise(hit.passage.text)
        terms = {
            mention.term
            for mention in retriever.glossary.mentions(tokens)
            if mention.term.field != _GENERAL_FIELD
            and not set(tokenise(mention.name)) <= question_tokens
        }
        terms_of.append(terms)
    remaining = set(range(len(hits)))
    themes: list[Theme] = []
    while remaining and len(themes) < most - 1:
        best = _most_distinctive_term(hits, terms_of, remaining, retriever)
        if best is None:
            break
        members = [i for i in sorted(remaining) if best in terms_of[i]]
        remaining -= set(members)
        themes.append(Theme(_as_title(best.names(language)[0]), tuple(hits[i] for i in members)))
    if remaining:
        title = _as_title(", ".join(concept.term for concept in _heaviest(concepts, 3)))
        themes.append(Theme(title, tuple(hits[i] for i in sorted(remaining))))
    return themes


def _as_title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _most_distinctive_term(
    hits: Sequence[Hit], terms_of: Sequence[set[Term]], remaining: set[int], retriever: Retriever
) -> Term | None:
    """The term with the highest product of its passages' scores and its rarity in the library."""
    values: dict[Term, float] = defaultdict(float)
    count: Counter[Term] = Counter()
    for i in remaining:
        for term in terms_of[i]:
            values[term] += hits[i].score
            count[term] += 1
    best, best_value = None, 0.0
    for term, value in values.items():
        if (
            not _FEWEST_HITS_OF_TERM
            <= count[term]
            <= max(_FEWEST_HITS_OF_TERM, _LARGEST_HIT_SHARE_OF_TERM * len(hits))
        ):
            continue
        rarity = retriever.weight(" ".join((*term.ko[:1], *term.en[:1])))
        if rarity >= _LEAST_RARITY_OF_TERM and value * rarity > best_value:
            best, best_value = term, value * rarity
    return best


def _heaviest(concepts: Concepts, count: int) -> list[Concept]:
    ranked = sorted(concepts.concepts, key=lambda concept: -concept.weight)[:count]
    return [concept for concept in concepts.concepts if concept in ranked]


def _merge_themes(themes: Sequence[Theme], most: int, rest: str) -> list[Theme]:
    """The themes, heaviest first, those of one title merged, and the lightest as the rest."""
    by_title: dict[str, list[Hit]] = {}
    for theme in themes:
        by_title.setdefault(
            shorten(theme.title, _MOST_TITLE_CHARACTERS, placeholder=" …"), []
        ).extend(theme.hits)
    ranked = sorted(
        (Theme(title, _by_score(hits)) for title, hits in by_title.items()),
        key=lambda theme: -theme.weight,
    )
    if len(ranked) <= most:
        return ranked
    light = [hit for theme in ranked[most - 1 :] for hit in theme.hits]
    return [*ranked[: most - 1], Theme(rest, _by_score(light))]


def _by_score(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: -hit.score))
