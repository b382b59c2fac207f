"""The language of a text, told by its script and its most frequent small words."""

from __future__ import annotations

import re

_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[a-zà-ÿ]+")

_SMALL_WORDS = {
    "en": frozenset("the of and to in is that for with as by be are this on or shall not".split()),
    "de": frozenset("der die und das von zu mit den ist im nicht eine des dem ein für auf".split()),
    "fr": frozenset("le la les de des et du un une dans est que pour par sur aux ne pas".split()),
    "es": frozenset("el la los las de y del que en un una por con para se es no al".split()),
    "it": frozenset("il la di e che del in un una per con le dei della sono non gli al".split()),
    "nl": frozenset("de het van een en in op te dat is voor met zijn niet aan door bij".split()),
}
# A text is judged by its first characters; more of them would not change the answer.
_SAMPLE_CHARACTERS = 20_000
# A passage needs as many small words of a language to count as written in it.
_FEWEST_SMALL_WORDS = 4


def detect_language(text: str) -> str:
    """The ISO 639-1 code of the main language of ``text``; "en" where it cannot be told.

    A text counts as Korean from a share of 20 % Hangul letters: Korean technical prose is
    full of Latin terms, while English prose with Korean names stays below.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    hangul = len(_HANGUL.findall(sample))
    kana = len(_KANA.findall(sample))
    han = len(_HAN.findall(sample))
    latin = len(_LATIN.findall(sample))
    letters = hangul + kana + han + latin
    if not letters:
        return "en"
    if hangul >= 0.2 * letters:
        return "ko"
    if kana >= 0.1 * letters:
        return "ja"
    if han >= 0.3 * letters:
        return "zh"
    counts = _small_words(sample)
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > counts["en"] else "en"


def passage_language(text: str, document: str) -> str:
    """The ISO 639-1 code of one passage of a document whose main language is ``document``.

    A passage is short, and a heading in Latin or a table of names is no change of language. So
    another language is believed only where the passage holds at least four of its small words,
    and twice as many as of the document's own language.
    """
    found = detect_language(text)
    if found == document or found not in _SMALL_WORDS:
        return found
    counts = _small_words(text)
    is_clear = counts[found] >= max(_FEWEST_SMALL_WORDS, 2 * counts.get(document, 0))
    return found if is_clear else document


def _small_words(text: str) -> dict[str, int]:
    """How many small words of each language ``text`` holds."""
    words = _WORD.findall(text.lower())
    return {
        language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()
    }
