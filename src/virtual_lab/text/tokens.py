"""Tokens: the normalised words that the index stores and that a query is turned into.

Latin words are folded (no accents, lower case) and stemmed (Porter2), and stop words are dropped;
runs of Hangul, Han and Kana become overlapping character bigrams; identifiers such as
``2015/2283``, ``CAC/GL 45`` or ``SDN-1`` are kept whole beside their parts. Every token consists
of letters, digits and "_", so that a tokeniser of the index cannot cut it again.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

VERSION = 2
"""The version of the tokens of a text. An index that was built with another one is rebuilt."""

# The words of English that carry grammar only. Kept short: the index drops frequent terms itself.
STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each few for from further had
    has have having he her here hers him his how i if in into is it its itself just may me might
    more most must my no nor not now of off on once only or other our out over own same shall she
    should so some such than that the their theirs them then there these they this those through to
    too under until up upon us very was we were what when where whether which while who whom whose
    why will with within without would you your
    """.split()
)

_MARKS = re.compile("[\u0300-\u036f]+")
_SUPERSCRIPTS = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_IDENTIFIER = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
        [A-Za-z]{2,6}/[A-Za-z]{1,4}\ ?\d+(?:[-‐–]\d+)? # CAC/GL 45-2003
      | \d+/\d+(?:/[A-Za-z]{2,4})?                     # 2015/2283, 2001/18/EC
      | [A-Za-z]{1,6}[-‐–]\d+(?:/\d+)?[A-Za-z]?        # SDN-1, C-528/16
      | \d+(?:\.\d+)+                                  # 8.3.1, 0.9
      | \d{2,4}[가-힣]{1,3}\d+                          # 2018누68089
    )(?![A-Za-z0-9])
    """,
    re.VERBOSE,
)
_DIGIT = re.compile(r"\d")
_RUN = re.compile(r"[a-z0-9]+|[가-힣]+|[\u3040-\u30ff\u4e00-\u9fff]+")
_NOT_WORD = re.compile(r"\W+")
_stemmer = snowballstemmer.stemmer("english")
_stemmer_lock = threading.Lock()  # The stemmer holds the current word, so threads take turns.


def fold(text: str) -> str:
    """``text`` in lower case, compatibility forms unified, accents and footnote marks removed."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _SUPERSCRIPTS.sub(" ", text)).lower()
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Porter2 stem of one folded Latin word."""
    with _stemmer_lock:
        return str(_stemmer.stemWord(word))


def identifiers(text: str) -> list[str]:
    """The identifiers in ``text``, each as one token: "CAC/GL 45" gives ``cac_gl_45``."""
    if not _DIGIT.search(text):  # Every identifier holds a digit, and to look for one is fast.
        return []
    return [_NOT_WORD.sub("_", match[0].lower()) for match in _IDENTIFIER.finditer(text)]


def tokenise(text: str) -> list[str]:
    """The prepared tokens of ``text``, in order; identifiers come last."""
    folded = fold(text)
    tokens: list[str] = []
    for run in _RUN.findall(folded):
        if run.isascii():
            if run not in STOP_WORDS:
                tokens.append(stem(run) if run.isalpha() else run)
        else:
            tokens.extend(bigrams(run))
    tokens.extend(identifiers(folded))
    return tokens


@lru_cache(maxsize=5000)
def prepared(text: str) -> tuple[str, ...]:
    """``tokenise`` with a cache, for names, titles and sentences that are tokenised repeatedly."""
    return tuple(tokenise(text))


def bigrams(run: str) -> list[str]:
    """Overlapping pairs of characters; a single character stays as it is."""
    if len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]
