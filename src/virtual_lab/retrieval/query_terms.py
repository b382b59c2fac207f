"""What a question asks about: its concepts, each with its names in both languages and a weight.

A concept is found in a text where the tokens of one of its names stand side by side. Names come
from the glossary where it knows the words of the question, else from the words themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from virtual_lab.domain import Bridge
from virtual_lab.library.index import rarity
from virtual_lab.text.glossary import Glossary, Mention
from virtual_lab.text.tokens import STOP_WORDS, fold, prepared, stem, tokenise

# Words that frame a question and say little on its subject: they count for a quarter.
_FRAME = frozenset(
    stem(word)
    for word in """
    information data requirement requirements required require provide provided need needed needs
    study studies guidance guideline document documents question answer method methods approach
    apply applies applied case cases main key important relevant specific general different type
    types kind example examples way ways role use used using consider considered consideration
    considerations state give given list explain describe does mean meaning criterion criteria
    condition conditions article under according applicant applicants available
    compare compared comparison really still already actually rather away stay say says tell
    someone anyone something anything somebody anybody usually normally routinely
    """.split()
)
_FRAME_KO = frozenset(
    """
    경우 무엇 어떤 어떻게 어느 기준 요건 요구 요구사항 자료 정보 방법 사항 내용 관련 관한 대한
    대하여 대해 위한 위해 따라 따른 있는 없는 하는 되는 받은 받는 경우에 필요 필요한 제출 제출해야
    설명 설명해 알려 여부 문제 의미 종류 언제 누가 왜 이유 조건 절차 규정 조항 해야 하나 되나 있나
    인가 인가요 무엇인가 무엇인가요 신청인 신청자 판단 인정 고려
    합니까 됩니까 입니까 습니까 있습니까 없습니까 무엇입니까 하는가 되는가 있는가
    하나요 되나요 있나요 주세요 사례 차이
    """.split()
)
# Initials that are also words of grammar: as such no index holds them.
_SPELT_OUT = {"US": "United States", "U.S.": "United States", "WHO": "World Health Organization"}
_INITIALS = re.compile(r"(?<![\w.])(?:US\b|U\.S\.|WHO\b)")
_SMALL = re.compile(r"[a-z가-힣]")

_MOST_WORDS = 8  # of a name in a question
_FRAME_WEIGHT = 0.25
_VERB_WEIGHT = 0.4
_KOREAN_VERB = re.compile(
    r"(?:하고|하며|하여|해서|해도|했을|하면|하지|되어|되면|되지|되고|려면|지만|는데|은데|아서|어서|아도|어도"
    r"|[았었였]을|[았었였]다|[아어여]야|나요|니까|는가|는지|은지|을지|으면|거나|도록|[다라]고|던|려|줘)$"
)

_PARTICLES = re.compile(
    r"(?:으로서의|으로서|으로써|에서의|에서는|에게서|으로의|으로는|이라는|이란|라는|까지|부터|에게|에서"
    r"|으로|로서|로써|처럼|보다|이나|이며|에는|에의|와의|과의|하는가|하는지|되는가|되는지|하는|하여|하고|하면|하기|하려면|한다|된다"
    r"|되는|되나|되나요|합니까|됩니까|입니까|하나요|[했됐]다고|[하되]였다고|되었다고|[한된]다고|[했됐]는지|[하되]였는지"
    r"|되었는지|해야|하여야|되어야|돼야|인가|인가요|은|는|이|가|을|를|의|에|로|와|과|도|만|나|한|할|된|될|적)$"
)
_NO_NOUN = re.compile(r"(?:는|을|를|으로|에는|[켜줘내봐]야)$")  # after particles were taken off
_KOREAN_RUN = re.compile(r"[가-힣]+")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9/\-‑.]*[A-Za-z0-9]|[A-Za-z0-9]|[가-힣]+")


class Concept(NamedTuple):
    """One thing that a question asks about; ``names`` are token sequences.

    ``is_subject`` is False for a word that only frames the question, and for a Korean verb.
    """

    term: str
    names: tuple[tuple[str, ...], ...]
    weight: float
    is_subject: bool = True


class Words(NamedTuple):
    """The prepared tokens of a text, in a row between spaces, and each of them once."""

    row: str
    known: frozenset[str]

    @classmethod
    def of(cls, tokens: Sequence[str]) -> Words:
        """Those of a text that was made into ``tokens``."""
        return cls(f" {' '.join(tokens)} ", frozenset(tokens))


class Concepts(NamedTuple):
    """The concepts of a question, and what to search for.

    ``absent`` names the concepts that no passage holds; they are not among ``concepts``, and
    ``absent_weight`` is what they would weigh together.
    """

    concepts: tuple[Concept, ...]
    absent: tuple[str, ...]
    absent_weight: float
    queries: tuple[str, ...]
    bridges: tuple[Bridge, ...]

    def match(self, text: Words) -> tuple[float, ...]:
        """For each concept how far a text holds it, between 0 and 1."""
        return tuple(_found(concept, text) for concept in self.concepts)


class Vocabulary(Protocol):
    """What is asked of an index: how often prepared tokens stand in it."""

    def frequencies(self, tokens: Iterable[str]) -> Mapping[str, int]:
        """In how many passages each of the tokens stands."""

    def size(self) -> int:
        """How many passages there are."""


def find_concepts(
    question: str, language: str, glossary: Glossary, vocabulary: Vocabulary
) -> Concepts:
    """The concepts of ``question``.

    Args:
        question: the words of the person.
        language: "ko" or "en", the language of the question.
        glossary: bridges its terms into the other language.
        vocabulary: knows how rare the words are in the library.

    Returns:
        concepts in the order of the question; the queries to search, one per language.
    """
    asked_for = question
    if _SMALL.search(question):
        question = _INITIALS.sub(lambda initials: _SPELT_OUT[initials[0]], question)
    other = "en" if language == "ko" else "ko"
    tokens = tokenise(question)
    mentions = glossary.mentions(tokens)
    spans = _spans(question, {tuple(tokens[m.start : m.end]) for m in mentions})
    named: dict[str, tuple[tuple[str, ...], ...]] = {}
    bridges: dict[str, Bridge] = {}
    covered: set[str] = set()
    kept_mentions: list[Mention] = []
    for mention in mentions:
        term = mention.term
        if all(_is_frame(name) for name in term.names(language)):
            continue
        names = (mention.name, *term.ko, *term.en)
        kept_mentions.append(mention)
        asked = spans.get(tuple(tokens[mention.start : mention.end])) or mention.name
        named[asked] = tuple(dict.fromkeys(map(prepared, names)))
        covered.update(tokens[mention.start : mention.end])
        if mention.name not in term.names(other):
            searched = " | ".join(term.names(other)[:3])
            bridges.setdefault(asked, Bridge(term=asked, searched_as=searched))
    for word in content_words(question):
        name = prepared(word)
        if name and not set(name) <= covered:
            named.setdefault(word, (name,))
    size = vocabulary.size()
    counts = vocabulary.frequencies(
        token for word, names in named.items() for token in (*prepared(word), *chain(*names))
    )
    weights = {token: rarity(count, size) for token, count in counts.items()}
    concepts: list[Concept] = []
    absent: list[str] = []
    for word, its_names in named.items():
        known = tuple(name for name in its_names if all(map(counts.get, name)))
        if known:
            concepts.append(Concept(word, known, _weight(word, known, weights), _is_subject(word)))
        elif its_names and _is_subject(word):
            absent.append(word)
    translated = [name for mention in kept_mentions for name in mention.term.names(other)[:3]]
    kept = [word for word in content_words(question) if word.isascii()]
    queries = [asked_for]
    if translated:
        queries.append(" ".join(dict.fromkeys([*translated, *kept])))
    return Concepts(
        tuple(concepts),
        tuple(absent),
        sum(max(map(weights.__getitem__, prepared(word))) for word in absent),
        tuple(queries),
        tuple(bridges.values()),
    )


def _spans(question: str, wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """What neighbouring words of the question become as tokens, and those words as they stand.

    A reader is told of what they asked about in their own words, not in those of the glossary.
    Where several do, the first and shortest are taken; words that become nothing are no end.

    Args:
        question: the words.
        wanted: the tokens that are looked for.
    """
    longest = max(map(len, wanted), default=0)
    words = [(match.span(), bool(prepared(match[0]))) for match in _WORD.finditer(question)]
    spans: dict[tuple[str, ...], str] = {}
    for first, ((begin, _), says) in enumerate(words):
        if len(spans) == len(wanted):
            break
        ends = [end for (_, end), also in words[first : first + _MOST_WORDS] if says and also]
        for text in (question[begin:end] for end in ends):
            tokens = tuple(tokenise(text))
            if tokens in wanted:
                spans.setdefault(tokens, text)
            if len(tokens) > longest:
                break
    return spans


def content_words(text: str) -> list[str]:
    """The words of a question that may carry its subject, Korean ones without their particles."""
    words: list[str] = []
    for match in _WORD.finditer(text):
        word = match[0]
        if _KOREAN_RUN.fullmatch(word):
            word = korean_stem(word)
            if len(word) < 2 or word in _FRAME_KO:
                continue
        elif word.lower() in STOP_WORDS or len(word) == 1:
            continue
        words.append(word)
    return list(dict.fromkeys(words))


def korean_stem(word: str) -> str:
    """A Korean word without a trailing particle or verb ending, if two syllables remain."""
    shorter = _PARTICLES.sub("", word)
    return shorter if len(shorter) >= 2 else word


def _found(concept: Concept, text: Words) -> float:
    best = 0.0
    for name in concept.names:
        share = sum(map(text.known.__contains__, name)) / len(name)
        if share == 1 and (len(name) == 1 or f" {' '.join(name)} " in text.row):
            return 1.0
        if len(name) > 1 and share > 0.6:
            best = max(best, 0.7 * share)
    return best


def _weight(term: str, names: Sequence[tuple[str, ...]], weights: Mapping[str, float]) -> float:
    """The weight of the most frequent name, each name counting as its rarest token."""
    rarest = min(max(weights[token] for token in name) for name in names)
    if _is_frame(term):
        return _FRAME_WEIGHT * rarest
    return (_VERB_WEIGHT if _KOREAN_VERB.search(term) else 1.0) * rarest


def _is_subject(term: str) -> bool:
    return not (_is_frame(term) or _KOREAN_VERB.search(term) or _NO_NOUN.search(term))


def _is_frame(term: str) -> bool:
    folded = fold(term)
    if _KOREAN_RUN.search(folded):
        return korean_stem(folded) in _FRAME_KO or folded in _FRAME_KO
    return all(stem(word) in _FRAME or word in STOP_WORDS for word in folded.split())
