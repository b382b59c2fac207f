"""The features of a claim and its evidence that the fitted model decides by.

No feature describes the claim alone: a model that saw the claim's own length or wording would learn
which claims of its training data tend to be true, not whether the evidence supports them.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar, get_args

from virtual_lab.text.tokens import stem
from virtual_lab.verification.claim_text import ClaimSentence, Text, Token, grams, is_hangul, read
from virtual_lab.verification.rules import Kind, Mismatch, check, is_negating, is_negative

_T = TypeVar("_T")
_WINDOW_SENTENCES = 3


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


# A claim and its evidence may share most words and still differ in these.
_ENGLISH_CUE_STEMS = {
    "universal": _stems(
        "all every always only entire everyone everybody everything completely totally exactly "
        "most must any first best sole definitely"
    ),
    "hedge": _stems(
        "may might could possibly perhaps likely probably suggest appear seem potential some often "
        "sometimes generally usually about approximately hypothesis possible"
    ),
    "up": _stems(
        "increase rise rose higher more greater grow grew improve better gain raise elevate "
        "enhance promote boost large larger long longer strong stronger effective win success"
    ),
    "down": _stems(
        "decrease reduce lower less fewer decline drop fall fell worsen worse worst lose lost "
        "diminish limit smaller small short weak ineffective least inhibit block suppress"
    ),
    "comparison": _stems("more less fewer greater higher lower than compared better worse"),
}
_KOREAN_CUE_PATTERNS = {
    "universal": re.compile(
        "모든|모두|항상|절대|유일|오직|아무|전혀|결코|완전|언제나|누구|매일|전부|오로지|가장|매우|영원"
    ),
    "hedge": re.compile(
        "^수$|수도|같다|같아|같습|아마|일부|때때로|종종|대략|가능|어쩌면|듯|약간|몇"
    ),
    "up": re.compile("증가|늘|높|많|상승|향상|개선|좋|크|컸|성공|강|빠르|빨|^더$"),
    "down": re.compile("감소|줄|낮|적|하락|악화|나쁘|나쁜|작|실패|약하|약한|느리|^덜$|떨어|잃"),
    "comparison": re.compile("보다|^더$|^덜$|비해"),
}
_CUE_FAMILIES = ("negation", "negative", *_ENGLISH_CUE_STEMS)


def features(claim: str, evidence: str) -> dict[str, float]:
    """The features of a claim and its evidence, by name, in a fixed order."""
    said, carried = read(claim), read(evidence)
    return features_of_texts(said, carried, check(said, carried))


def features_of_texts(claim: Text, evidence: Text, broken: Sequence[Mismatch]) -> dict[str, float]:
    """The same as ``features``, for texts that are tokenised and checked already."""
    wanted = frozenset(token.stem for token in claim.content)
    sentences = evidence.sentences or (ClaimSentence("", (Token("", "", "", True),)),)
    claim_grams = _grams(claim.content)
    found = [frozenset(token.stem for token in sentence.tokens) for sentence in sentences]
    found_grams = [_grams(sentence.tokens) & claim_grams for sentence in sentences]
    covered = [_share(wanted & stems, wanted) for stems in found]
    scores = [
        share + _share(common, claim_grams)
        for share, common in zip(covered, found_grams, strict=True)
    ]
    top = max(range(len(sentences)), key=scores.__getitem__)
    best = sentences[top]
    sizes = len(claim.tokens), len(best.tokens), len(evidence.tokens)
    runner_up = max((score for i, score in enumerate(scores) if i != top), default=0.0)
    return {
        "evidence_tokens": math.log1p(sizes[2]),
        "evidence_sentences": math.log1p(len(sentences)),
        "best_tokens": float(sizes[1]),
        "best_ratio": math.log((sizes[0] + 1) / (sizes[1] + 1)),
        "evidence_ratio": math.log((sizes[0] + 1) / (sizes[2] + 1)),
        "content": _share(wanted & evidence.stems, wanted),
        "content_best": covered[top],
        "content_window": max(
            _share(wanted & frozenset().union(*found[i : i + _WINDOW_SENTENCES]), wanted)
            for i in range(len(found))
        ),
        "tokens": _covered_share([t.stem for t in claim.tokens], evidence.stems),
        "tokens_best": _covered_share([t.stem for t in claim.tokens], found[top]),
        "weighted": _share_by_length(wanted, evidence.stems),
        "weighted_best": _share_by_length(wanted, found[top]),
        "grams": _share(frozenset().union(*found_grams), claim_grams),
        "grams_best": _share(found_grams[top], claim_grams),
        "precision": _covered_share([t.stem for t in evidence.content], wanted),
        "precision_best": _covered_share([t.stem for t in best.tokens if not t.stop], wanted),
        "lead": scores[top] - runner_up,
        "mean": sum(scores) / len(scores),
        "half_covering": float(sum(share >= 0.5 for share in covered)),
        **_order_features(claim.tokens, evidence.tokens, best.tokens, evidence.stems),
        **_similarity_features(claim.content, evidence.stems),
        **_cue_features(claim.tokens, best.tokens),
        **_mismatch_features(broken),
    }


def _order_features(
    claim: Sequence[Token], evidence: Sequence[Token], best: Sequence[Token], stems: Set[str]
) -> dict[str, float]:
    """How far the words of the claim stand in the same order in the evidence."""
    wanted = list(pairwise(token.stem for token in claim))
    pairs = set(pairwise(token.stem for token in evidence))
    best_pairs = set(pairwise(token.stem for token in best))
    longest = run = 0
    for i, token in enumerate(claim):
        if run and wanted[i - 1] in pairs:
            run += 1
        else:
            run = int(token.stem in stems)
        longest = max(longest, run)
    return {
        "pairs": _covered_share(wanted, pairs),
        "pairs_best": _covered_share(wanted, best_pairs),
        "longest_run": longest / max(1, len(claim)),
    }


def _similarity_features(content: Sequence[Token], stems: Set[str]) -> dict[str, float]:
    """How similar each word of the claim is to one of the evidence (Dice coefficient of grams)."""
    beginnings: dict[str, list[str]] = defaultdict(list)
    for known in stems:
        beginnings[_beginning(known)].append(known)
    likeness = [
        1.0
        if token.stem in stems
        else max(
            (_dice(token.stem, known) for known in beginnings[_beginning(token.stem)]), default=0.0
        )
        for token in content
    ] or [0.0]
    return {
        "soft_mean": sum(likeness) / len(likeness),
        "soft_least": min(likeness),
        "soft_half": sum(value >= 0.5 for value in likeness) / len(likeness),
        "soft_last": likeness[-1],
        "soft_missing": float(sum(value < 0.5 for value in likeness)),
    }


def _cue_features(claim: Sequence[Token], best: Sequence[Token]) -> dict[str, float]:
    said, carried = _count_cues(claim), _count_cues(best)
    found: dict[str, float] = {}
    for cue in _CUE_FAMILIES:
        found[f"{cue}_best"] = float(carried[cue])
        found[f"{cue}_more"] = float(said[cue] - carried[cue])
    found["negation_differs"] = float((said["negation"] > 0) != (carried["negation"] > 0))
    found["negation_parity"] = float((said["negation"] - carried["negation"]) % 2)
    found["same_direction"] = float((said["up"] - said["down"]) * (carried["up"] - carried["down"]))
    return found


def _mismatch_features(broken: Sequence[Mismatch]) -> dict[str, float]:
    counts = Counter(mismatch.kind for mismatch in broken)
    return {f"missing_{kind}": float(counts[kind]) for kind in get_args(Kind)}


def _count_cues(tokens: Sequence[Token]) -> Counter[str]:
    return Counter(cue for token in tokens for cue in _cues_of(token))


@lru_cache(maxsize=65_536)
def _cues_of(token: Token) -> tuple[str, ...]:
    """The word families that a word belongs to."""
    cues = ["negation"] if is_negating(token) else ["negative"] if is_negative(token) else []
    if is_hangul(token.lower):
        cues += [
            cue for cue, pattern in _KOREAN_CUE_PATTERNS.items() if pattern.search(token.lower)
        ]
    else:
        cues += [cue for cue, stems in _ENGLISH_CUE_STEMS.items() if token.stem in stems]
    return tuple(cues)


def _grams(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset().union(*[grams(token.lower) for token in tokens])


def _beginning(word: str) -> str:
    return word[:1] if is_hangul(word) else word[:3]


@lru_cache(maxsize=65_536)
def _dice(a: str, b: str) -> float:
    first, second = grams(a), grams(b)
    return 2 * len(first & second) / (len(first) + len(second))


def _share_by_length(wanted: Set[str], stems: Set[str]) -> float:
    """The share of words that are covered. Long words count more, since they are rarer."""
    weights = {word: 1.0 if is_hangul(word) else 1 + math.log1p(len(word)) for word in wanted}
    return sum(weights[word] for word in wanted & stems) / (sum(weights.values()) or 1.0)


def _share(part: Collection[str], whole: Collection[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _covered_share(wanted: Sequence[_T], known: Set[_T]) -> float:
    return sum(item in known for item in wanted) / len(wanted) if wanted else 0.0
