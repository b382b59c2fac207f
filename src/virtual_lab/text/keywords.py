"""Keywords: which words of a question may carry its subject, in English and Korean."""

from __future__ import annotations

import re

from virtual_lab.text.tokens import STOP_WORDS, fold, stem

# Words that only frame a question and hardly ever are its subject ("requirements", "기준").
_FRAME_STEMS_EN = frozenset(
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
# Particles were removed before, so a word that still ends like this is no noun.
_NOT_A_NOUN = re.compile(r"(?:는|을|를|으로|에는|[켜줘내봐]야)$")
_KOREAN_RUN = re.compile(r"[가-힣]+")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9/\-‑.]*[A-Za-z0-9]|[A-Za-z0-9]|[가-힣]+")


def content_words(text: str) -> list[str]:
    """The words of a question that may carry its subject, Korean ones without their particles."""
    words: list[str] = []
    for match in WORD.finditer(text):
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


def is_korean_verb(word: str) -> bool:
    """Whether a word has the ending of a Korean verb."""
    return bool(_KOREAN_VERB.search(word))


def is_subject(term: str) -> bool:
    """Whether a word may be the subject of a question: neither a frame word nor a Korean verb."""
    return not (is_frame(term) or is_korean_verb(term) or _NOT_A_NOUN.search(term))


def is_frame(term: str) -> bool:
    """Whether a word only frames a question, as "requirements" does, and hardly is its subject."""
    folded = fold(term)
    if _KOREAN_RUN.search(folded):
        return korean_stem(folded) in _FRAME_KO or folded in _FRAME_KO
    return all(stem(word) in _FRAME_STEMS_EN or word in STOP_WORDS for word in folded.split())
