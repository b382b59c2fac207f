"""The themes of retrieved passages: from their headings where these tell something, else from
the terms that set some of the passages apart."""

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

_GENERIC_SOURCES = 4  # a heading that so many sources share says nothing on their content
_DOMINANT = 0.4  # share of the weight above which a theme is split into its subsections
_GATHERED = 0.6  # share of the weight that the themes must hold, or headings do not make them
_GENERAL = "general"  # the field of the glossary whose terms name no theme
_MIN_HITS, _MOST_HITS = 2, 0.5  # number, and share, of the passages that a theme's term is in
_TELLING = 1.5  # inverse document frequency: about one passage of five
_MAX_TITLE = 90
_KIND_OF_CASE = 20  # characters of a title such as 손해배상(기)

# Headings that need the one above them to say what they are about.
_SAYS_NOTHING = re.compile(
    r"(?:(?:general|additional|specific|other|further|key|main) \w+|general|introduction|background"
    r"|overview|scope|objectives?|purpose|method(?:s|ology)?|results|discussion|conclusions?"
    r"|points to consider|summary|일반 ?사항|개요|서론|배경|목적|범위|방법|결과|고찰|결론)$",
    re.IGNORECASE,
)

# Headings that need the one below them to say what they are about.
_ONLY_NUMBERED = re.compile(
    r"(?:(?:article|annex|appendix|section|chapter|part|title)s? [\dIVXLC]+[a-z]?"
    r"|제 ?\d+ ?(?:편|장|절|관|조))\.?$",
    re.IGNORECASE,
)

_ASIDE = re.compile(r"(?<=\S) \([^()]{20,}\)$")  # an abbreviation in brackets is shorter
_NUMBER = re.compile(r"\d|\b[IVX]+\b")  # what a translation of terms would leave out

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
    cases_apart: bool = False,
) -> list[Theme]:
    """The themes of ``hits``, the weightiest first; every hit is in one of them.

    What does not fit into ``most`` themes stands together under the title ``rest``, at the end.
    Judgments of one kind of case are one theme, unless ``cases_apart``.
    """
    generic = _generic_headings(hits)
    by_heading: _ByPath = defaultdict(list)
    for hit in hits:
        section = tuple(title for title in hit.passage.section if title not in generic)
        by_heading[(hit.passage.source_id, *section)].append(hit)
    groups = _split(by_heading)
    if _scattered(groups, most):
        themes = _by_terms(hits, concepts, retriever, language, most)
    else:
        themes = [
            Theme(_title(path, group, retriever, language, cases_apart), tuple(group))
            for path, group in groups
        ]
    return _merged(themes, most, rest)


def _scattered(groups: Sequence[tuple[tuple[str, ...], list[Hit]]], most: int) -> bool:
    """Whether the weightiest groups leave much of the weight to many small ones."""
    weights = sorted((_weight(group) for _, group in groups), reverse=True)
    return sum(weights[:most]) < _GATHERED * sum(weights)


def _title(
    path: Sequence[str],
    group: Sequence[Hit],
    retriever: Retriever,
    language: Language,
    cases_apart: bool,
) -> str:
    """The name of a group: its last heading, else the title of its source."""
    source_id, *section = path
    if not section:
        source = retriever.source(source_id)
        title = heading_title(source.title, retriever.glossary, language)
        return f"{_case(source)}{title}" if cases_apart else title
    title = heading_title(section[-1], retriever.glossary, language)
    if len(section) > 1 and _SAYS_NOTHING.match(section[-1]):
        above = heading_title(section[-2], retriever.glossary, language)
        return f"{above}: {title[:1].lower()}{title[1:]}"
    if _ONLY_NUMBERED.match(section[-1]):
        below = {_below(section[-1], hit.passage.section) for hit in group}
        if len(below) == 1 and (subject := below.pop()):
            return f"{title}: {heading_title(subject, retriever.glossary, language)}"
    return title


def _below(heading: str, section: Sequence[str]) -> str:
    """The heading under ``heading``, or ""."""
    place = section.index(heading) + 1
    return section[place] if place < len(section) else ""


def _case(source: Source) -> str:
    """What goes before a judgment's title, which names a kind of case only: court and number."""
    if not source.number or len(source.title) > _KIND_OF_CASE or source.language != "ko":
        return ""
    return f"{' '.join((*source.authors[:1], source.number))}, "


def heading_title(title: str, glossary: Glossary, language: Language) -> str:
    """A heading as a title; in a Korean report an English one behind its Korean name, if known.

    What it adds in brackets at its end is left out, unless it is short.
    """
    title = _ASIDE.sub("", title)
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
    return {title for title, ids in sources.items() if len(ids) >= _GENERIC_SOURCES}


def _split(by_path: _ByPath) -> list[tuple[_Path, list[Hit]]]:
    """Group paths by their source; a group that outweighs the rest is divided by headings."""
    total = _weight(_joined(by_path)) or 1.0
    groups = _grouped(by_path, 1)
    heavy = True
    while heavy:
        heavy = False
        for path, group in list(groups.items()):
            finer = _divided(group) if _weight(_joined(group)) > _DOMINANT * total else {}
            if finer:
                heavy = True
                del groups[path]
                groups.update(finer)
    joined = [(path, _joined(group)) for path, group in groups.items()]
    return sorted(joined, key=lambda item: -_weight(item[1]))


def _divided(group: _ByPath) -> dict[_Path, _ByPath]:
    """The groups into which the first level of headings that branches divides a group."""
    for depth in range(1, max(map(len, group)) + 1):
        finer = _grouped(group, depth)
        if len(finer) > 1:
            return finer
    return {}


def _grouped(by_path: _ByPath, depth: int) -> dict[_Path, _ByPath]:
    groups: dict[_Path, _ByPath] = defaultdict(dict)
    for path, hits in by_path.items():
        groups[path[:depth]][path] = hits
    return dict(groups)


def _joined(by_path: _ByPath) -> list[Hit]:
    return [hit for hits in by_path.values() for hit in hits]


def _weight(group: Sequence[Hit]) -> float:
    return sum(hit.score for hit in group)


def _by_terms(
    hits: Sequence[Hit], concepts: Concepts, retriever: Retriever, language: Language, most: int
) -> list[Theme]:
    """Group passages without a telling heading by the glossary's terms that they share."""
    asked = {token for concept in concepts.concepts for name in concept.names for token in name}
    terms_of: list[set[Term]] = []
    for hit in hits:
        tokens = tokenise(hit.passage.text)
        terms = {
            mention.term
            for mention in retriever.glossary.mentions(tokens)
            if mention.term.field != _GENERAL and not set(tokenise(mention.name)) <= asked
        }
        terms_of.append(terms)
    remaining = set(range(len(hits)))
    themes: list[Theme] = []
    while remaining and len(themes) < most - 1:
        best = _telling_term(hits, terms_of, remaining, retriever)
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


def _telling_term(
    hits: Sequence[Hit], terms_of: Sequence[set[Term]], remaining: set[int], retriever: Retriever
) -> Term | None:
    """The term that covers much of what remains and is rare elsewhere."""
    values: dict[Term, float] = defaultdict(float)
    count: Counter[Term] = Counter()
    for i in remaining:
        for term in terms_of[i]:
            values[term] += hits[i].score
            count[term] += 1
    best, best_value = None, 0.0
    for term, value in values.items():
        if not _MIN_HITS <= count[term] <= max(_MIN_HITS, _MOST_HITS * len(hits)):
            continue
        rarity = retriever.weight(" ".join((*term.ko[:1], *term.en[:1])))
        if rarity >= _TELLING and value * rarity > best_value:
            best, best_value = term, value * rarity
    return best


def _heaviest(concepts: Concepts, count: int) -> list[Concept]:
    ranked = sorted(concepts.concepts, key=lambda concept: -concept.weight)[:count]
    return [concept for concept in concepts.concepts if concept in ranked]


def _merged(themes: Sequence[Theme], most: int, rest: str) -> list[Theme]:
    """Themes of the same title as one, weightiest first; the lightest go to the rest."""
    by_title: dict[str, list[Hit]] = {}
    for theme in themes:
        by_title.setdefault(shorten(theme.title, _MAX_TITLE, placeholder=" …"), []).extend(
            theme.hits
        )
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
