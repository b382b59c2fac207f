"""The rules that a claim must meet to be supported by its evidence.

Every number, unit, negation, name and identifier of the claim must have a match in the evidence,
and no sentence of the evidence may say the opposite. Between Korean and English only numbers, units
and identifiers are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import Literal, NamedTuple

from virtual_lab.messages import Message
from virtual_lab.text.tokens import stem
from virtual_lab.verification.claim_text import ClaimSentence, Text, Token, is_hangul, read
from virtual_lab.verification.names import (
    missing_identifiers,
    missing_names,
    without_identifiers,
)
from virtual_lab.verification.quantities import EvidenceQuantities, quantities

Kind = Literal["number", "unit", "negation", "opposite", "direction", "identifier", "name"]

_NEGATIONS = frozenset(
    "not no never none neither nor cannot without nobody nothing nowhere unable".split()
)
_KOREAN_NEGATION = re.compile(
    # Excluded are words like 틀림없이 ("surely") and 끊임없이 ("constantly"), which deny nothing.
    r"(?<!틀림)(?<!끊임)(?<!다름)(?<!어김)(?<!^수)(?<!^더)(?<!빠짐)(?<!관계)(?<!상관)없|(?<!못지)않"
    r"|아니(?!면)|아닌|아닙|못[하한했할합]|^말[라아]|^못$|^안$"
)
_KOREAN_PREDICATE = re.compile(r"(?:다|요|고|는|은|지|면|서|며|니|음|함|됨|던)$")
# In the evidence these words support a negation of the claim.
_DENYING_WORD = re.compile(
    r"^(?:lack|fail|absen|unlikely|hardly|rarely|scarcely|insufficien|inconclusive|unclear|unknown"
    r"|uncertain|prevent|exclu|prohibit|ban|forbid|refus|den(?:y|ied|ies)|negative|free$|false"
    r"|incorrect|wrong|myth|except|avoid|stop|reject|oppos|impossib|unable|zero$|few$|little$|nil$)"
    r"|금지|불가|부재|실패|거부|제외|면제|음성|부족|거짓|모르|몰랐|드물|싫|^불[법충명필완이]|^미[달비승확]"
    r"|^무[효관해죄독]"
)
_NEGATING_PREFIX = re.compile(
    r"^(?:(?:un|non|in|im|dis|ir|il)(?=[a-z]{3})|[불비무미](?=[가-힣]{2}))"
)
_COMPARATIVES = frozenset("more less later earlier fewer greater higher lower longer".split())
_NO_NEGATION_BEFORE = frozenset(
    "only just merely simply doubt matter exceed exceeding least".split()
)
_IGNORED_AFTER_NEGATION = frozenset(
    "significant evidence substantial clear known apparent any the a an be been have has".split()
)
_CLAUSE_BEGINNINGS = frozenset("but and or while whereas although though however because".split())

_MORE = frozenset(map(stem, "increase rise higher more greater grow improve".split()))
_LESS = frozenset(map(stem, "decrease reduce lower less fewer decline fall drop worsen".split()))
_KOREAN_MORE = re.compile(r"^(?:증가|상승|높|많|늘[어었]|확대|향상)")
_KOREAN_LESS = re.compile(r"^(?:감소|하락|낮|적[다은게어었]|줄[어었]|축소|저하)")

# A sentence with this share of the claim's content words is about the same matter.
_LEAST_SHARE_OF_SAME_MATTER = 0.75
_OPENING_SIGNS = "\"'([ \t"
_CLOSING_SIGNS = "\"')] \t"
_SENTENCE_ENDS = (".", "!", "?", "。", "…", "\n")
_BULLETS = ("•", "·", "-", "–", "—", "*")


class Mismatch(NamedTuple):
    """One rule that a claim breaks, and the message that says why."""

    kind: Kind
    why: Message

    @classmethod
    def of(cls, kind: Kind, /, **arguments: str) -> Mismatch:
        """A mismatch with the arguments of its message."""
        return cls(kind, Message.of(f"rejections.{kind}", **arguments))


def mismatches(claim: str, evidence: str) -> list[Message]:
    """Why the evidence does not support the claim; empty where no rule is broken.

    Args:
        claim: one statement, in Korean or English.
        evidence: the text that is to support it, such as its quotes joined by spaces.
    """
    return [found.why for found in check(read(claim), read(evidence))]


def check(claim: Text, evidence: Text) -> list[Mismatch]:
    """The rules that a claim breaks, at most once for each of its numbers, names and so on."""
    if is_verbatim(claim, evidence):
        return []
    return [
        *_quantity_mismatches(claim, evidence),
        *_negation_mismatches(claim, evidence),
        *(Mismatch.of("identifier", name=name)
          for name in missing_identifiers(claim, evidence)),
        *(Mismatch.of("name", name=name)
          for name in dict.fromkeys(missing_names(claim, evidence))),
    ]  # fmt: skip


def is_verbatim(claim: Text, evidence: Text) -> bool:
    """Whether the claim is one sentence of the evidence, or several in a row."""
    wanted = claim.flat.lstrip(_OPENING_SIGNS + "".join(_BULLETS)).rstrip(
        _CLOSING_SIGNS + "".join(_SENTENCE_ENDS)
    )
    if not wanted or wanted not in evidence.flat:
        return False
    pattern = re.compile(r"\s+".join(map(re.escape, wanted.split())))
    return any(
        _begins_sentence(evidence.raw[: found.start()])
        and _ends_sentence(wanted, evidence.raw[found.end() :])
        for found in pattern.finditer(evidence.raw)
    )


def _begins_sentence(before: str) -> bool:
    """Whether a sentence begins after ``before``: "it is false that X" does not support X."""
    before = before.rstrip(_OPENING_SIGNS)
    bullet = before.endswith(_BULLETS) and not before[-2:-1].strip()
    return not before or bullet or before.rstrip(_CLOSING_SIGNS).endswith(_SENTENCE_ENDS)


def _ends_sentence(sentence: str, after: str) -> bool:
    """Whether a sentence ends before ``after``, or ends itself in a colon or the like."""
    after = after.lstrip(_CLOSING_SIGNS)
    return not after or after.startswith(_SENTENCE_ENDS) or sentence.endswith((":", ",", ";"))


def _quantity_mismatches(claim: Text, evidence: Text) -> Iterator[Mismatch]:
    stated: EvidenceQuantities | None = None
    for wanted in dict.fromkeys(quantities(without_identifiers(claim), claim.words)):
        if wanted.spelled and wanted.value < 2:
            continue  # "one of them"
        stated = stated or EvidenceQuantities(evidence.raw, evidence.words)
        if not stated.states_number(wanted):
            yield Mismatch.of("number", number=wanted.text)
        elif not stated.states_unit(wanted):
            yield Mismatch.of("unit", number=wanted.text)


def _negation_mismatches(claim: Text, evidence: Text) -> Iterator[Mismatch]:
    if evidence.hangul != claim.hangul:
        return
    wanted = frozenset(token.stem for token in claim.content)
    claim_negation = next(
        (cue for s in claim.sentences for cue in negations(s.tokens).values()), None
    )
    shares = [_share(sentence, wanted) for sentence in evidence.sentences]
    top = max(shares, default=0.0)
    if claim_negation:
        near = [s for s, share in zip(evidence.sentences, shares, strict=True) if share >= top / 2]
        if not any(_is_negated(sentence, wanted) for sentence in near):
            yield Mismatch.of("negation", word=claim_negation)
        return
    if len(wanted) < 2 or any(map(is_negative, claim.tokens)):
        return
    # The last word of a Korean sentence is its predicate, whose form changes where it is negated.
    predicate = claim.content[-1] if claim.hangul else None
    about = wanted - {predicate.stem} if predicate else wanted
    same = [
        sentence
        for sentence in evidence.sentences
        if _share(sentence, about) >= _LEAST_SHARE_OF_SAME_MATTER
    ]
    opposed = [_denying_negation(sentence.tokens, wanted, predicate) for sentence in same]
    if opposed and all(opposed):
        yield Mismatch.of("opposite", word=str(opposed[0]))
    yield from _direction_mismatches(claim, evidence, wanted)


def negations(tokens: Sequence[Token]) -> dict[int, str]:
    """The negations of a sentence by their place; "no more than" and the like do not count."""
    found = {}
    for i, token in enumerate(tokens):
        after = tokens[i + 1].lower if i + 1 < len(tokens) else ""
        if is_hangul(token.lower):
            if _negates_in_korean(tokens, i, after):
                found[i] = token.surface
        elif is_negating(token):
            than = i + 2 < len(tokens) and tokens[i + 2].lower == "than"
            compared = after in _COMPARATIVES and than
            number = token.lower == "no" and after[:1].isdigit()  # Regulation (EU) No 2015/2283
            open_not = token.lower == "not" and i > 0 and tokens[i - 1].lower in ("or", "if")
            if not (compared or number or open_not or after in _NO_NEGATION_BEFORE):
                found[i] = token.surface
    return found


def is_negating(token: Token) -> bool:
    """Whether a word is a negation: not, don't, 없다, 않았다."""
    if is_hangul(token.lower):
        return bool(_KOREAN_NEGATION.search(token.lower))
    return token.lower in _NEGATIONS or token.lower.endswith("n't")


def is_negative(token: Token) -> bool:
    """Whether a word denies without being a negation itself: lack, prohibited, 금지, 부족."""
    return bool(_DENYING_WORD.search(token.lower))


def _negates_in_korean(tokens: Sequence[Token], i: int, after: str) -> bool:
    if not is_negating(tokens[i]):
        return False
    word = tokens[i].lower
    before = tokens[i - 1].lower if i else ""
    if word in ("안", "못"):
        return bool(_KOREAN_PREDICATE.search(after))
    if word.startswith("아니") and before.endswith(("뿐", "뿐만", "만이")):
        return False  # "not only"
    return not (word.startswith("않을") and after.startswith("수"))  # "cannot but"


def _is_negated(sentence: ClaimSentence, wanted: Set[str]) -> bool:
    if negations(sentence.tokens):
        return True
    return any(
        is_negative(token) or not wanted.isdisjoint(_without_prefix(token))
        for token in sentence.tokens
        if token.stem not in wanted
    )


def _without_prefix(token: Token) -> tuple[str, str]:
    """The stem of a word like "unsafe" or 비독성 without its prefix, and the stem of the rest."""
    return _NEGATING_PREFIX.sub("", token.stem), stem(_NEGATING_PREFIX.sub("", token.lower))


def _denying_negation(
    tokens: Sequence[Token], wanted: Set[str], predicate: Token | None
) -> str | None:
    """The negation in a sentence that denies a word of the claim, or None."""
    for i, cue in negations(tokens).items():
        if is_hangul(tokens[i].lower):
            near = (
                tokens[i + 1 : i + 2]
                if tokens[i].lower in ("안", "못")
                else tokens[max(0, i - 1) : i]
            )
            if near and (
                near[0].stem in wanted or (predicate and near[0].lower[0] == predicate.lower[0])
            ):
                return cue
            continue
        for token in tokens[i + 1 :]:
            if token.lower in _CLAUSE_BEGINNINGS:
                break
            if token.stop or token.lower in _IGNORED_AFTER_NEGATION or token.lower.endswith("ly"):
                continue
            if token.stem in wanted:
                return cue
            break
    return None


def _direction_mismatches(claim: Text, evidence: Text, wanted: Set[str]) -> Iterator[Mismatch]:
    up, down = _direction_words(claim.tokens)
    stated = up or down
    rest = wanted - {token.stem for token in stated}
    if bool(up) == bool(down) or len(rest) < 2:
        return
    contrary: Token | None = None
    for sentence in evidence.sentences:
        if _share(sentence, rest) < _LEAST_SHARE_OF_SAME_MATTER or negations(sentence.tokens):
            continue
        ups, downs = _direction_words(sentence.tokens)
        same, other = (ups, downs) if up else (downs, ups)
        if same or not other:
            return
        contrary = contrary or other[0]
    if contrary:
        yield Mismatch.of("direction", said=stated[0].lower, quoted=contrary.lower)


def _direction_words(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The words of a sentence that mean more, and those that mean less."""
    up = [t for t in tokens if t.stem in _MORE or _KOREAN_MORE.match(t.lower)]
    down = [t for t in tokens if t.stem in _LESS or _KOREAN_LESS.match(t.lower)]
    return up, down


def _share(sentence: ClaimSentence, wanted: Set[str]) -> float:
    return len(wanted & {token.stem for token in sentence.tokens}) / len(wanted) if wanted else 0.0
