"""The lines that the store writes into the log of a run, in both languages."""

from __future__ import annotations

from virtual_lab.domain import Language, Question
from virtual_lab.text.language import detect_language

_TEXT: dict[str, dict[Language, str]] = {
    "queued": {"en": "Waiting for a worker.", "ko": "작업자를 기다리고 있습니다."},
    "lost": {
        "en": "The worker was lost; the run goes on with another one.",
        "ko": "작업자가 중단되어 다른 작업자가 이어서 진행합니다.",
    },
    "given_back": {
        "en": "The worker is shutting down; the run goes on with another one.",
        "ko": "작업자가 종료되어 다른 작업자가 이어서 진행합니다.",
    },
    "resumed": {
        "en": "Resumed; the finished steps are kept.",
        "ko": "다시 시작합니다. 마친 단계는 그대로 둡니다.",
    },
    "partial": {"en": "partial: the time limit was reached", "ko": "부분 보고서: 시간 제한 도달"},
    "cancelled": {"en": "The run was cancelled.", "ko": "실행이 취소되었습니다."},
}


def say(key: str, question: Question) -> str:
    """The text ``key`` in the language of the answer to ``question``."""
    language = question.language
    if language == "auto":
        language = "ko" if detect_language(question.topic) == "ko" else "en"
    return _TEXT[key][language]
