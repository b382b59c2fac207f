"""The fixed connecting text of the extractive analyst, in both languages."""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import Language

_TEXT: dict[str, dict[Language, str]] = {
    "role": {"en": "{theme} specialist", "ko": "{theme} 담당"},
    "role_check": {"en": "Cross-checker", "ko": "교차 검토 담당"},
    "focus_check": {
        "en": "Limits, exceptions and independent confirmation",
        "ko": "한계·예외와 다른 출처의 확인",
    },
    "why": {
        "en": "Passages found first that stand under this theme: {count}.",
        "ko": "처음 찾은 구절 가운데 {count}개가 이 주제에 속합니다.",
    },
    "why_check": {
        "en": "A second pair of eyes over all passages, so that nothing rests on one reading.",
        "ko": "한 사람의 판독에만 기대지 않도록 모든 구절을 다시 살핍니다.",
    },
    "why_plan": {
        "en": "The team follows the themes of the passages that were found first ({count}).",
        "ko": "팀은 처음 찾은 구절이 속한 {count}개 주제를 따라 구성했습니다.",
    },
    "why_empty": {
        "en": "Nothing in the library matches the words of the question.",
        "ko": "질문의 낱말과 맞는 구절이 자료실에 없습니다.",
    },
    "rest": {"en": "Further findings", "ko": "그 밖의 근거"},
    "first_look": {
        "en": "First round. Findings: {findings}; sources: {sources}.",
        "ko": "첫 라운드: 근거 {findings}건, 출처 {sources}건.",
    },
    "grew": {
        "en": "New findings since the last round: {new}; share of the question covered:"
        " {before} % before, {after} % now.",
        "ko": "지난 라운드 이후 새 근거 {new}건, 다룬 용어 비율 {before}% → {after}%.",
    },
    "stood_still": {
        "en": "Nothing new since the last round.",
        "ko": "지난 라운드 이후 새로 찾은 것이 없습니다.",
    },
    "no_findings": {
        "en": "No sentence found that answers the question.",
        "ko": "질문에 답하는 문장을 찾지 못했습니다.",
    },
    "few_findings": {
        "en": "Fewer than {most} findings.",
        "ko": "근거가 {most}건보다 적습니다.",
    },
    "uncovered": {
        "en": "Not covered by any quote: {terms}.",
        "ko": "인용으로 다루지 못한 용어: {terms}.",
    },
    "one_source": {
        "en": "All findings come from one source.",
        "ko": "모든 근거가 한 출처에서 나왔습니다.",
    },
    "repetitive": {"en": "Some findings repeat each other.", "ko": "일부 근거가 서로 겹칩니다."},
    "nothing_remains": {"en": "Nothing.", "ko": "없음."},
    "need_terms": {
        "en": "Passages on {terms}.",
        "ko": "{terms}에 관한 구절.",
    },
    "need_findings": {"en": "Further findings.", "ko": "더 많은 근거."},
    "need_source": {
        "en": "A second, independent source.",
        "ko": "독립된 두 번째 출처.",
    },
    "need_nothing": {"en": "Nothing further.", "ko": "더 필요한 것이 없습니다."},
    "provisional": {
        "en": "So far: findings {findings}, sources {sources}.",
        "ko": "지금까지 근거 {findings}건, 출처 {sources}건.",
    },
    "missing_term": {
        "en": "No passage of the library says anything on “{term}” in this context.",
        "ko": "자료실에 이 맥락에서 “{term}”에 관한 구절이 없습니다.",
    },
    "caveat": {
        "en": "The library does not speak of {terms}. What follows was found by the rest of the"
        " question, and may not answer it.",
        "ko": "자료실에는 {terms}에 관한 구절이 없습니다. 아래는 질문의 나머지 낱말로 찾은"
        " 문장이므로 답이 아닐 수 있습니다.",
    },
    "missing_all": {
        "en": "No sentence of the library answers the question; add documents on it and ask again.",
        "ko": "질문에 답하는 문장이 자료실에 없습니다. 관련 문서를 추가한 뒤 다시 물어보세요.",
    },
}


def say(key: str, language: Language, **values: Any) -> str:
    """The text ``key`` in ``language`` with its values filled in."""
    return _TEXT[key][language].format(**values)
