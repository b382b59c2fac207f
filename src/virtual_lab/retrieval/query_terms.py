"""The concepts of a question, each with its names in Korean and English and a weight.

A text holds a concept where the tokens of one of its names stand side by side. The names come from
the glossary; a word that is not in the glossary is its own name.
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

# In lower case these are words like "us" and "who", which no index holds.
_SPELT_OUT = {"US": "United States", "U.S.": "United States", "WHO": "World Health Organization"}
_INITIALS = re.compile(r"(?<![\w.])(?:US\b|U\.S\.|WHO\b)")
_LOWER_CASE = re.compile(r"[a-z가-힣]")

_MOST_WORDS_A_NAME = 8
_FRAME_WEIGHT = 0.25
_VERB_WEIGHT = 0.4


class Concept(NamedTuple):
    """One concept of a question.

    Attributes:
        term: the concept in the words of the question.
        names: its names in both languages, each as a sequence of tokens.
        weight: how much it counts; the rarer in the library, the more.
        is_subject: False for a word that only frames the question, and for a Korean verb.
    """

    term: str
    names: tuple[tuple[str, ...], ...]
    weight: float
    is_subject: bool = True


class TextTokens(NamedTuple):
    """The tokens of a text: joined by spaces, with one at each end, and as a set."""

    joined: str
    distinct: frozenset[str]

    @classmethod
    def of(cls, tokens: Sequence[str]) -> TextTokens:
        """The object for a text that has these tokens."""
        return cls(f" {' '.join(tokens)} ", frozenset(tokens))


class Concepts(NamedTuple):
    """The concepts of a question, and the queries to search.

    Attributes:
        concepts: those that the library holds, in the order of the question.
        absent: the words of those that no passage holds.
        absent_weight: the weight of the absent concepts together.
        queries: one for each language.
        bridges: the terms of the question that are searched in the other language as well.
    """

    concepts: tuple[Concept, ...]
    absent: tuple[str, ...]
    absent_weight: float
    queries: tuple[str, ...]
    bridges: tuple[Bridge, ...]

    def match(self, text: TextTokens) -> tuple[float, ...]:
        """How far a text holds each concept, between 0 and 1."""
        return tuple(_match(concept, text) for concept in self.concepts)


class Vocabulary(Protocol):
    """The counts of an index that weights are computed from."""

    def frequencies(self, tokens: Iterable[str]) -> Mapping[str, int]:
        """The number of passages in which each token stands."""

    def size(self) -> int:
        """The number of passages."""


def find_concepts(
    question: str, language: str, glossary: Glossary, vocabulary: Vocabulary
) -> Concepts:
    """The concepts of ``question``.

    Args:
        question: the question as the user wrote it.
        language: "ko" or "en", the language of the question.
        glossary: the names of terms in both languages.
        vocabulary: counts how often words stand in the library.
    """
    original = question
    if _LOWER_CASE.search(question):
        question = _INITIALS.sub(lambda initials: _SPELT_OUT[initials[0]], question)
    other = "en" if language == "ko" else "ko"
    tokens = tokenise(question)
    mentions = glossary.mentions(tokens)
    words_by_tokens = _words_by_tokens(question, {tuple(tokens[m.start : m.end]) for m in mentions})
    named: dict[str, tuple[tuple[str, ...], ...]] = {}
    bridges: dict[str, Bridge] = {}
    covered: set[str] = set()
    used_mentions: list[Mention] = []
    for mention in mentions:
        term = mention.term
        if all(is_frame(name) for name in term.names(language)):
            continue
        names = (mention.name, *term.ko, *term.en)
        used_mentions.append(mention)
        words = words_by_tokens.get(tuple(tokens[mention.start : mention.end])) or mention.name
        named[words] = tuple(dict.fromkeys(map(prepared, names)))
        covered.update(tokens[mention.start : mention.end])
        if mention.name not in term.names(other):
            searched = " | ".join(term.names(other)[:3])
            bridges.setdefault(words, Bridge(term=words, searched_as=searched))
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
    translated = [name for mention in used_mentions for name in mention.term.names(other)[:3]]
    latin_words = [word for word in content_words(question) if word.isascii()]
    queries = [original]
    if translated:
        queries.append(" ".join(dict.fromkeys([*translated, *latin_words])))
    return Concepts(
        tuple(concepts),
        tuple(absent),
        sum(max(map(weights.__getitem__, prepared(word))) for word in absent),
        tuple(queries),
        tuple(bridges.values()),
    )


def _words_by_tokens(question: str, wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """The words of the question behind some of its tokens, by those tokens.

    A report names a concept in the user's own words, not in those of the glossary. Where several
    stretches of the question give the same tokens, the first and shortest is taken.

    Args:
        question: the question as the user wrote it.
        wanted: sequences of tokens.
    """
    longest = max(map(len, wanted), default=0)
    words = [(match.span(), bool(prepared(match[0]))) for match in WORD.finditer(question)]
    words_by_tokens: dict[tuple[str, ...], str] = {}
    for first, ((begin, _), has_tokens) in enumerate(words):
        if len(words_by_tokens) == len(wanted):
            break
        ends = [
            end
            for (_, end), ends_in_tokens in words[first : first + _MOST_WORDS_A_NAME]
            if has_tokens and ends_in_tokens
        ]
        for text in (question[begin:end] for end in ends):
            tokens = tuple(tokenise(text))
            if tokens in wanted:
                words_by_tokens.setdefault(tokens, text)
            if len(tokens) > longest:
                break
    return words_by_tokens


def _match(concept: Concept, text: TextTokens) -> float:
    best = 0.0
    for name in concept.names:
        share = sum(map(text.distinct.__contains__, name)) / len(name)
        if share == 1 and (len(name) == 1 or f" {' '.join(name)} " in text.joined):
            return 1.0
        if len(name) > 1 and share > 0.6:
            best = max(best, 0.7 * share)
    return best


def _weight(term: str, names: Sequence[tuple[str, ...]], weights: Mapping[str, float]) -> float:
    """The weight of the most frequent name, where a name weighs as much as its rarest token."""
    rarest = min(max(weights[token] for token in name) for name in names)
    if is_frame(term):
        return _FRAME_WEIGHT * rarest
    return (_VERB_WEIGHT if is_korean_verb(term) else 1.0) * rarest
