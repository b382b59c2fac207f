"""The reasons why a statement was dropped, in the language of the report.

Code and models are told of them in English (``verification/verify.py``, ``support_rules.py``); a
reader of a Korean report is not.
"""

from __future__ import annotations

import re

from virtual_lab.domain import Language

_KOREAN = [
    (re.compile(pattern), korean)
    for pattern, korean in (
        (r"it has no quote", "인용이 없음"),
        (r"the passage (.+) does not exist", r"구절 \1이(가) 없음"),
        (r"the passage (.+) is not of source (.+)", r"구절 \1은(는) 출처 \2의 것이 아님"),
        (r"its quote does not stand in (.+)", r"인용이 \1에 없음"),
        (r"its quote is an instruction, not evidence", "인용이 근거가 아니라 지시문임"),
        (r"its claim is not carried by its quotes", "인용이 진술을 뒷받침하지 않음"),
        (r"it(?:s claim)? is not in the report's language \((\w+)\)", r"보고서의 언어(\1)가 아님"),
        (r"it does not bear on the question", "질문과 관련이 없음"),
        (r"it is empty", "내용이 없음"),
        (r"it states nothing", "진술하는 내용이 없음"),
        (r"it names no finding", "근거를 밝히지 않음"),
        (r"it names findings that do not stand \((.+)\)", r"성립하지 않는 근거를 듦(\1)"),
        (r"its evidence speaks of something else", "근거가 다른 내용을 다룸"),
        (r"number (.+) is not in the quotes", r"수치 \1이(가) 인용에 없음"),
        (r"the unit of (.+) is not in the quotes", r"\1의 단위가 인용에 없음"),
        (r"negation '(.+)' is not in the quotes", r"부정 표현 ‘\1’이(가) 인용에 없음"),
        (r"identifier (.+) is not in the quotes", r"식별자 \1이(가) 인용에 없음"),
        (r"name (.+) is not in the quotes", r"이름 \1이(가) 인용에 없음"),
        (r"the quotes say the opposite \('(.+)'\)", r"인용은 반대로 말함(‘\1’)"),
        (r"'(.+)' is '(.+)' in the quotes", r"‘\1’이(가) 인용에는 ‘\2’로 되어 있음"),
    )
]


def reason_in(language: Language, reason: str) -> str:
    """A reason, or several with semicolons between, in ``language``; unknown ones as they are."""
    if language == "en":
        return reason
    return "; ".join(map(_korean, reason.split("; ")))


def _korean(reason: str) -> str:
    for pattern, korean in _KOREAN:
        if match := pattern.fullmatch(reason):
            return match.expand(korean)
    return reason
