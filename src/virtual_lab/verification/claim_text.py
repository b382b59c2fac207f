"""The text of a claim or of its evidence, split into sentences of stemmed tokens.

English words are stemmed by Snowball. Korean words lose a particle or ending. In other scripts
words stay as they are; in Chinese and Japanese each character is a token.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import NamedTuple

from virtual_lab.text.sentences import split_sentences
from virtual_lab.text.tokens import fold, stem

_TOKEN = re.compile(
    r"[가-힣]+|[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_가-힣\u3040-\u30ff\u3400-\u9fff]+(?:'[^\W\d_]+)?"
    r"|\d+(?:[.,]\d+)*"
)
_HANGUL = re.compile("[가-힣]")
_CITATION = re.compile(r"\[\d+(?:\s*[,–-]\s*\d+)*\]")
_ITEM = re.compile(r"^[ \t]*\(?\d{1,2}[.)]\s+", re.MULTILINE)
_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "−": "-", "‐": "-", "‑": "-"})

_STOP_WORDS = frozenset(
    """
    a an the of to in on at by for with from as and or but if than then that this these those it its
    is are was were be been being am do does did have has had will would can could may might shall
    should must i you he she they we him her them his their our your my me us who whom whose which
    what where when how there here so such also just very about into over out up down s t d ll re
    ve m
    그 그는 그녀는 그것은 그들은 나는 저는 우리는 이 것 것이다 그리고 그러나 하지만 또한 또 및 등 수
    있다 있습니다 있었다 있는 했다 한다 합니다 하는 한 그의 그녀의 내 너 당신은 것은 것을 것이
    """.split()
)
_KOREAN_SUFFIX = re.compile(
    "^(.{2,}?)(?:"
    # Particles.
    "은|는|이|가|을|를|의|에|에서|에게|에게서|께서|와|과|도|만|로|으로|로서|으로서|로써|으로써|부터|까지|"
    "보다|처럼|마다|밖에|이나|나|라|이라고|라고|이라는|라는|이란|란|이며|며|들|들은|들이|들을|들의|들에게|들과|"
    "들도|에는|에도|에서는|으로는|로는|과는|와는|이다|입니다|이었다|였다|였습니다|이었습니다|인|이에요|예요|"
    # Endings of verbs and adjectives.
    "하다|했다|한다|합니다|했습니다|하는|하고|하며|하여|해서|했고|했던|하지|하기|하면|할|한|해요|했어요|된다|"
    "됐다|되었다|되는|되고|되어|되지|됩니다|되었습니다|었다|았다|었습니다|았습니다|습니다|는다|었어요|았어요|"
    "어요|아요|었던|았던|었고|았고|지만|는데|은데|던|다|고|면|서|지|기|어|아|게|자|니|요|네|죠)$"
)


class Token(NamedTuple):
    """A word or number: as written, in lower case, its stem, and whether it is a stop word."""

    surface: str
    lower: str
    stem: str
    stop: bool


class ClaimSentence(NamedTuple):
    """A sentence as written, and its tokens (at least one)."""

    text: str
    tokens: tuple[Token, ...]


class Text:
    """A normalised text with its sentences; what is derived from them is computed once."""

    def __init__(self, raw: str) -> None:
        self.raw = normalise(raw)
        self.sentences = tuple(
            ClaimSentence(sentence, tokens)
            for line in self.raw.splitlines()
            for sentence in split_sentences(line)
            if (tokens := tuple(map(_token, _TOKEN.findall(sentence))))
        )

    @cached_property
    def flat(self) -> str:
        """The text on one line, with single spaces."""
        return " ".join(self.raw.split())

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of all sentences in order."""
        return tuple(token for sentence in self.sentences for token in sentence.tokens)

    @cached_property
    def words(self) -> frozenset[str]:
        """The tokens in lower case."""
        return frozenset(token.lower for token in self.tokens)

    @cached_property
    def folded(self) -> frozenset[str]:
        """The tokens in lower case and without accents."""
        return frozenset(map(fold, self.words))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all tokens."""
        return frozenset(token.stem for token in self.tokens)

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The tokens that are no stop words, or all tokens where there are none such."""
        return tuple(token for token in self.tokens if not token.stop) or self.tokens

    @cached_property
    def hangul(self) -> bool:
        """Whether the text is Korean, perhaps with many terms in Latin letters."""
        if self.raw.isascii():
            return False
        return len(_HANGUL.findall(self.raw)) >= 0.2 * len(self.raw.replace(" ", ""))


@lru_cache(maxsize=128)
def read(text: str) -> Text:
    """The text split into sentences and tokens; cached, since many claims share one evidence."""
    return Text(text)


def normalise(text: str) -> str:
    """The text in Unicode's NFKC form with plain quotes and hyphens.

    Citation marks ("[3]") and the numbers of list items ("3. ") are removed.
    """
    plain = text
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text).translate(_PUNCTUATION)
    return _ITEM.sub("", _CITATION.sub(" ", plain))


def is_hangul(word: str) -> bool:
    """Whether the word begins with a Hangul syllable."""
    return "가" <= word[:1] <= "힣"


@lru_cache(maxsize=65_536)
def grams(word: str) -> frozenset[str]:
    """The pairs of syllables of a Korean word, the letter trigrams of any other."""
    size = 2 if is_hangul(word) else 3
    return frozenset(word[i : i + size] for i in range(max(1, len(word) - size + 1)))


@lru_cache(maxsize=65_536)
def _token(surface: str) -> Token:
    lower = surface.lower()
    if is_hangul(lower):
        found = _KOREAN_SUFFIX.match(lower)
        return Token(surface, lower, found[1] if found else lower, lower in _STOP_WORDS)
    if lower[0].isdigit():
        return Token(surface, lower, lower.replace(",", ""), False)
    word = lower.split("'")[0]
    return Token(surface, lower, stem(word), word in _STOP_WORDS)
