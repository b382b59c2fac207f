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
from virtual_lab.text.keywords import WORD, content_words, is_frame, is_korean_verb, is_subject
from virtual_lab.text.tokens import prepared, tokenise

# Initials that are also words of grammar: as such no index holds them.
_SPELT_OUT = {"US": "United States", "U.S.": "United States", "WHO": "World Health Organization"}
_INITIALS = re.compile(r"(?<![\w.])(?:US\b|U\.S\.|WHO\b)")
_SMALL = re.compile(r"[a-z가-힣]")

_MOST_WORDS = 8  # of a name in a question
_FRAME_WEIGHT = 0.25
_VERB_WEIGHT = 0.4


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
        if all(is_frame(name) for name in term.names(language)):
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
            concepts.append(Concept(word, known, _weight(word, known, weights), is_subject(word)))
        elif its_names and is_subject(word):
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
    words = [(match.span(), bool(prepared(match[0]))) for match in WORD.finditer(question)]
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
    if is_frame(term):
        return _FRAME_WEIGHT * rarest
    return (_VERB_WEIGHT if is_korean_verb(term) else 1.0) * rarest
