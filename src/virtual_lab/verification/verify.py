"""The verification of findings and sentences: whether they may stand in a report, and why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from virtual_lab.documents.injection import instruction_spans
from virtual_lab.documents.quotable import ELLIPSIS
from virtual_lab.domain import Finding, Language, Mode, Passage, Quote, Sentence
from virtual_lab.errors import NotFoundError
from virtual_lab.messages import Message
from virtual_lab.text.glossary import load_glossary
from virtual_lab.text.language import detect_language
from virtual_lab.text.sentences import split_sentences
from virtual_lab.text.tokens import tokenise
from virtual_lab.verification.claim_support import support
from virtual_lab.verification.claim_text import Text, read
from virtual_lab.verification.quote_match import find
from virtual_lab.verification.rules import is_negating, is_negative, negations

_QUOTE_MARKS = str.maketrans("‘’‚‛“”„‟´`", "''''\"\"\"\"''")
_DASHES = re.compile(r"[‐‑‒–—−]")
_SPACES = re.compile(r"\s+")
_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\s+(?=[^\W\d_])")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_WORD = re.compile(r"\w+")
_HANGUL = re.compile(r"[가-힣]")
_FEWEST_HANGUL = 6
_LEAST_PROBABILITY_OF_SUPPORT = 0.4
# Fewer words are no statement; fewer Latin words in a Korean sentence may be names.
_FEWEST_WORDS = 4


def normalise(text: str) -> str:
    """``text`` for comparison: in NFKC form, with plain quotes, dashes and spaces, and without
    hyphenation at line ends."""
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    text = _DASHES.sub("-", text.translate(_QUOTE_MARKS))
    return _SPACES.sub(" ", _HYPHENATED.sub("", text)).strip()


def stands_in(quote: Quote, passage: Passage) -> bool:
    """Whether ``quote`` stands in ``passage``, exactly or with harmless slips."""
    return find(quote.text, passage.text) is not None


def settled(finding: Finding, passage_of: Callable[[str], Passage]) -> Finding:
    """The finding with quotes corrected to the exact words and places of their passages.

    A quote that is not in its passage stays as it is.

    Args:
        finding: a claim with its quotes.
        passage_of: gives a passage by its id, or raises NotFoundError.
    """
    quotes = tuple(_corrected(quote, passage_of) for quote in finding.quotes)
    return finding if quotes == finding.quotes else finding.model_copy(update={"quotes": quotes})


def _corrected(quote: Quote, passage_of: Callable[[str], Passage]) -> Quote:
    try:
        passage = passage_of(quote.passage_id)
    except NotFoundError:
        return quote
    if passage.text[quote.start - passage.start : quote.end - passage.start] == quote.text:
        return quote
    span = find(quote.text, passage.text)
    if span is None:
        return quote
    start, end = span
    return quote.model_copy(
        update={
            "text": passage.text[start:end],
            "start": passage.start + start,
            "end": passage.start + end,
        }
    )


def reject(
    finding: Finding,
    passage_of: Callable[[str], Passage],
    mode: Mode = "extractive",
    language: Language | None = None,
) -> tuple[Message, ...]:
    """Why a finding may not stand in a report; empty where it may.

    Args:
        finding: a claim with its quotes.
        passage_of: gives a passage by its id, or raises NotFoundError.
        mode: an extractive claim must consist of the words of its quotes; a model may use its own
            words, as long as the quotes support them.
        language: the language of the report, in which a model's claim must be written.
    """
    if not finding.quotes:
        return _rejected("no_quote")
    for quote in finding.quotes:
        if reason := _reject_quote(quote, passage_of):
            return reason
    evidence_text = normalise(" ".join(quote.text for quote in finding.quotes))
    verbatim = all(normalise(part) in evidence_text for part in finding.claim.split(ELLIPSIS))
    if mode == "extractive":
        return () if verbatim else _rejected("not_verbatim")
    if language and not is_written_in(finding.claim, language):
        return _rejected("claim_language", language=language)
    return unsupported(finding.claim, evidence_text)


def reject_sentence(
    sentence: Sentence, findings: Mapping[str, Finding], language: Language
) -> tuple[Message, ...]:
    """Why a written sentence may not stand in a report; empty where it may.

    Args:
        sentence: a sentence of the report.
        findings: the accepted findings, by their ids.
        language: the language of the report.
    """
    if not sentence.text.strip():
        return _rejected("empty")
    if not sentence.finding_ids:
        return _rejected("no_finding")
    unknown = [key for key in sentence.finding_ids if key not in findings]
    if unknown:
        return _rejected("unknown_findings", findings=", ".join(unknown))
    if not is_written_in(sentence.text, language):
        return _rejected("sentence_language", language=language)
    cited = [findings[key] for key in dict.fromkeys(sentence.finding_ids)]
    evidence = [text for f in cited for text in (f.claim, *(quote.text for quote in f.quotes))]
    return unsupported(sentence.text, normalise(" ".join(evidence)))


def _rejected(name: str, /, **arguments: str) -> tuple[Message]:
    return (Message.of(f"rejections.{name}", **arguments),)


def is_written_in(text: str, language: Language) -> bool:
    """Whether every sentence is in ``language``; one of names and numbers alone is in any."""
    return not any(_is_foreign(sentence, language) for sentence in split_sentences(text))


def _is_foreign(sentence: str, language: Language) -> bool:
    found = detect_language(sentence)
    if found == language:
        return False
    if language == "ko":
        return found != "en" or len(_LATIN_WORD.findall(sentence)) >= _FEWEST_WORDS
    letters = sum(map(len, _LATIN_WORD.findall(sentence)))
    return found in ("ja", "zh") or len(_HANGUL.findall(sentence)) > letters


def _reject_quote(quote: Quote, passage_of: Callable[[str], Passage]) -> tuple[Message, ...]:
    try:
        passage = passage_of(quote.passage_id)
    except NotFoundError:
        return _rejected("no_passage", passage=quote.passage_id)
    if passage.source_id != quote.source_id:
        return _rejected("other_source", passage=quote.passage_id, source=quote.source_id)
    if not stands_in(quote, passage):
        return _rejected("not_in_passage", passage=quote.passage_id)
    start, end = quote.start - passage.start, quote.end - passage.start
    if any(start < last and first < end for first, last in instruction_spans(passage.text)):
        return _rejected("instruction")
    return ()


def unsupported(claim: str, evidence: str) -> tuple[Message, ...]:
    """Why the evidence does not support a claim; empty where it does.

    Numbers, units, negations, names and identifiers are compared; within one language the words
    as well, between Korean and English the terms of the glossary. A claim of too few words to be
    a statement is never supported.
    """
    if not _is_statement(claim):
        return _rejected("states_nothing")
    judged = support(claim, evidence)
    if judged.reasons:
        return judged.reasons
    claim_text, evidence_text = read(claim), read(evidence)
    if claim_text.hangul == evidence_text.hangul:
        return (
            _rejected("something_else")
            if judged.probability < _LEAST_PROBABILITY_OF_SUPPORT
            else ()
        )
    if not _shares_a_term(claim, evidence):
        return _rejected("something_else")
    lost = _lost_negation(claim_text, evidence_text)
    return _rejected("negation", word=lost) if lost else ()


def _shares_a_term(claim: str, evidence: str) -> bool:
    """Whether the evidence holds a glossary term of the claim, in either language.

    True also where the claim has no such term.
    """
    terms = {mention.term for mention in load_glossary().mentions(tokenise(claim))}
    tokens = f" {' '.join(tokenise(evidence))} "
    return not terms or any(
        f" {_joined_tokens(name)} " in tokens for term in terms for name in (*term.ko, *term.en)
    )


@lru_cache(maxsize=4096)
def _joined_tokens(name: str) -> str:
    return " ".join(tokenise(name))


def _lost_negation(claim: Text, evidence: Text) -> str | None:
    """The negation of a claim whose evidence denies nothing; None otherwise."""
    denied = any(is_negating(token) or is_negative(token) for token in evidence.tokens)
    cues = (cue for s in claim.sentences for cue in negations(s.tokens).values())
    return None if denied else next(cues, None)


def _is_statement(text: str) -> bool:
    return len(_WORD.findall(text)) >= _FEWEST_WORDS or len(_HANGUL.findall(text)) >= _FEWEST_HANGUL
