"""The names and identifiers of a claim, and which of them are missing in its evidence.

English names are recognised by their capitals; Korean ones by the ending of an organisation or a
law. Case, accents, plurals and endings ("Slovenia", "Slovenian") may differ, and an acronym matches
its expansion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import takewhile

from virtual_lab.text.tokens import fold
from virtual_lab.verification.claim_text import ClaimSentence, Text, Token, is_hangul
from virtual_lab.verification.quantities import MONTHS, UNITS

_IDENTIFIER = re.compile(
    r"""(?<![\w/])(?:
        [A-Za-z]{1,6}(?:/[A-Za-z]{1,4}){1,3}[ ]?\d+(?:-\d+)?      # CAC/GL 45-2003
      | \d+(?:/\d+)+(?:/[A-Z]{2,4})?                          # 2015/2283, 2001/18/EC
      | (?:[A-Za-z]{1,20}-){0,3}[A-Za-z]{0,20}[A-Z][A-Za-z]{0,20}
        -?\d\w*(?:[-/]\d\w*)*                               # SDN-1, Cas9, C-528/16, SARS-CoV-2
      | [a-z]{1,3}\d+[a-z]?                                   # p53
      | 제[ ]?\d+(?:조(?:의[ ]?\d+)?|항|호|장)                # 제44조의2
    )(?![A-Za-z0-9])""",
    re.VERBOSE | re.ASCII,
)
_PARTS = re.compile(r"[A-Za-z]+|\d+|[가-힣]+")
_KOREAN_ARTICLE = re.compile(r"제 ?(\d+)(조|항|호|장)(?:의 ?(\d+))?")
_ARTICLE_NAMES = {"조": "articles?|arts?", "항": "paragraphs?", "호": "(?:sub)?paragraphs?|items?"}
_ACRONYM = re.compile(r"(?<![A-Za-z.])(?:(?:[A-Z]\.){2,}|[A-Z]{2,}(?=s?(?![A-Za-z])))")
_KOREAN_NAME = re.compile(
    r"[가-힣]{2,20}(?:법률|시행령|시행규칙|위원회|협회|대학교|연구원|연구소|재단|학회|안전처|안전청|법원"
    # 법 ("law") also ends words that are no law, such as 방법 ("method") and 불법 ("illegal").
    r"|의정서|협약|(?<![방기요용해불위적수문])법)"
)
_SMALL_WORDS = frozenset("of the and for on in to a an de la".split())
# A word after a colon or a list mark is capitalised like one at the beginning of a sentence.
_AFTER_LIST_MARK = re.compile(r"(?:[:•–—]|\d[.)])\s+[\"']?(\w+)")
_WORDS_IN_CAPITALS = frozenset("yes no not and or all any only never must may very".split())
# Titles of persons and parts of documents are capitalised, but they are no names.
_TITLES_AND_PARTS = frozenset(
    "mr mrs ms dr prof president professor sir king queen st saint article section chapter annex "
    "appendix table figure paragraph part".split()
)


def identifiers(text: Text) -> list[str]:
    """The identifiers of a text as written: 2015/2283, CAC/GL 45, SDN-1, 제44조."""
    return [match[0] for match in _IDENTIFIER.finditer(text.raw)]


def without_identifiers(text: Text) -> str:
    """The text with a space for each identifier, whose digits are no quantities."""
    return _IDENTIFIER.sub(" ", text.raw)


def missing_identifiers(claim: Text, evidence: Text) -> Iterator[str]:
    """The identifiers of the claim that are missing in the evidence; punctuation may differ."""
    for identifier in dict.fromkeys(identifiers(claim)):
        if not _spelling(identifier).search(evidence.raw):
            yield identifier


def missing_names(claim: Text, evidence: Text) -> Iterator[str]:
    """The acronyms and names of the claim that are missing in the evidence in every form."""
    if evidence.hangul and not claim.hangul:
        return  # The evidence spells names in Hangul.
    plain = Text(without_identifiers(claim)) if identifiers(claim) else claim
    yield from _missing_acronyms(plain, evidence)
    acronyms = set(_acronyms(evidence).values())
    for run in _name_runs(plain, evidence):
        initials = "".join(token.surface[0] for token in run).upper()
        if len(run) == 1 or initials not in acronyms:
            names = (token.surface for token in run if not _ACRONYM.match(token.surface))
            yield from (name for name in names if not _stands_in(name, evidence))
    if claim.hangul and evidence.hangul:
        without_spaces = evidence.raw.replace(" ", "")
        yield from (name for name in _KOREAN_NAME.findall(plain.raw) if name not in without_spaces)


def _missing_acronyms(claim: Text, evidence: Text) -> Iterator[str]:
    for start, letters in _acronyms(claim).items():
        if letters.lower() in _WORDS_IN_CAPITALS or _defines(claim.raw[:start], letters):
            continue
        if not (_stands_in(letters, evidence) or _expands(evidence, letters)):
            yield letters


def _acronyms(text: Text) -> dict[int, str]:
    """The acronyms of a text without full stops, by their place in the text."""
    return {match.start(): match[0].replace(".", "") for match in _ACRONYM.finditer(text.raw)}


def _name_runs(claim: Text, evidence: Text) -> Iterator[list[Token]]:
    """The runs of capitalised words; in a Korean claim, its words in Latin letters.

    For Korean evidence these are left out, since it may spell them in Hangul.
    """
    opening_words = set(_AFTER_LIST_MARK.findall(claim.raw))
    for sentence in claim.sentences:
        if not claim.hangul:
            if not _is_heading(sentence):
                yield from _capitalised(sentence.tokens, opening_words)
        elif not evidence.hangul:
            yield from ([t] for t in sentence.tokens if _is_latin(t) and t.surface not in UNITS)


def _capitalised(tokens: Sequence[Token], opening_words: Set[str]) -> Iterator[list[Token]]:
    run: list[Token] = []
    for i, token in enumerate(tokens):
        name = (
            token.surface[0].isupper() and not token.stop and token.lower not in _TITLES_AND_PARTS
        )
        if len(token.surface) == 1:
            name = token.surface.isupper() and bool(run)  # vitamin D, but no x-ray
        if name and (i == 0 or token.surface in opening_words):
            # Every first word is capitalised; it is a name only where the next word is one too.
            following = tokens[i + 1].surface if i + 1 < len(tokens) else ""
            name = following[:1].isupper() and not token.lower.endswith("ly")
        if name:
            run.append(token)
        elif run and token.lower not in _SMALL_WORDS:
            yield run
            run = []
    if run:
        yield run


def _is_heading(sentence: ClaimSentence) -> bool:
    words = [t for t in sentence.tokens if t.surface[0].isalpha() and not t.stop]
    return len(words) > 3 and sum(t.surface[0].isupper() for t in words) > 0.7 * len(words)


def _is_latin(token: Token) -> bool:
    return (
        len(token.lower) > 1 and token.lower.isascii() and token.lower.isalpha() and not token.stop
    )


def _stands_in(name: str, evidence: Text) -> bool:
    """Whether a name stands in the evidence, also with another ending."""
    if len(name) == 1:
        return any(token.surface == name for token in evidence.tokens)
    word = fold(name).split("'")[0]
    words = evidence.folded
    if word in words or word.rstrip("s") in words or f"{word}s" in words:
        return True
    if word in MONTHS and not {str(MONTHS[word]), f"0{MONTHS[word]}"}.isdisjoint(evidence.words):
        return True
    return (
        any(w.startswith(word[:4]) and _share_beginning(w, word) for w in words)
        if len(word) > 3
        else False
    )


def _share_beginning(a: str, b: str) -> bool:
    """Whether two words share most of their beginning, as Slovenia and Slovenian do."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
    return shared > 0.55 * max(len(a), len(b))


def _defines(before: str, acronym: str) -> bool:
    """Whether the claim itself spells the acronym out, as in "cardiothoracic ratio (CTR)".

    The test of Schwartz and Hearst (PSB 2003): from the right, each letter is found in the words
    before the parenthesis, and the first one begins a word.
    """
    if not before.endswith("("):
        return False
    words = " " + before[-80:-1].lower().rstrip()
    at = len(words)
    for letter in reversed(acronym.lower()[1:]):
        at = words.rfind(letter, 0, at)
        if at < 0:
            return False
    return words.rfind(f" {acronym[0].lower()}", 0, at) >= 0


def _expands(text: Text, acronym: str) -> bool:
    """Whether a run of words has the acronym's letters as its initials.

    Three and more words need not be capitalised ("genetically modified organism"); two must be,
    since two initials often match by chance.
    """
    for sentence in text.sentences:
        words = [token for token in sentence.tokens if not is_hangul(token.lower)]
        for run in (words, [token for token in words if token.lower not in _SMALL_WORDS]):
            initials = "".join(token.surface[0] for token in run)
            if acronym in (initials.upper() if len(acronym) > 2 else initials):
                return True
    return False


@lru_cache(maxsize=1024)
def _spelling(identifier: str) -> re.Pattern[str]:
    """A pattern of all spellings of an identifier: SDN-1, SDN 1, SDN1; 제44조, Article 44."""
    if article := _KOREAN_ARTICLE.fullmatch(identifier):
        number, level, sub = article.groups()
        ending = rf"의\s?{sub}(?!\d)" if sub else r"(?!의\s?\d)"
        english = _ARTICLE_NAMES.get(level, "chapters?")
        return re.compile(
            rf"(?<!\d){number}\s?{level}{ending}|\b(?:{english})\.?\s{number}(?!\d)", re.I
        )
    body = r"[\s/_.-]*".join(map(re.escape, _PARTS.findall(identifier)))
    return re.compile(rf"(?<![A-Za-z0-9]){body}s?(?![A-Za-z0-9])", re.IGNORECASE)
