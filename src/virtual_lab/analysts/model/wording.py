"""What the model analyst says by itself, in both languages."""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import Language

_TEXT: dict[str, dict[Language, str]] = {
    "no_minutes": {
        "en": "{findings} findings from {sources} sources so far.",
        "ko": "지금까지 근거 {findings}건, 출처 {sources}건.",
    },
    "missing_term": {
        "en": "No finding speaks of “{term}”.",
        "ko": "“{term}”을(를) 다룬 근거를 찾지 못했습니다.",
    },
    "missing_all": {
        "en": "No passage of the library answers the question; add documents on it and ask again.",
        "ko": "질문에 답하는 구절이 자료실에 없습니다. 관련 문서를 추가한 뒤 다시 물어보세요.",
    },
}


def say(key: str, language: Language, **values: Any) -> str:
    """The text ``key`` in ``language`` with its values filled in."""
    return _TEXT[key][language].format(**values)
