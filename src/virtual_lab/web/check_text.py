"""The doctor's checks in the language of the page."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.doctor import Check
from virtual_lab.domain import Language
from virtual_lab.web.detailing import in_language

_NAMES: dict[str, dict[Language, str]] = {
    "python": {"en": "Python", "ko": "Python"},
    "settings": {"en": "Settings", "ko": "설정"},
    "data": {"en": "Data folder", "ko": "데이터 폴더"},
    "library": {"en": "Library", "ko": "자료실"},
    "database": {"en": "Database", "ko": "데이터베이스"},
    "queue": {"en": "Queue", "ko": "대기열"},
    "broker": {"en": "Message broker", "ko": "메시지 브로커"},
    "worker": {"en": "Worker", "ko": "작업자"},
    "model": {"en": "Language model", "ko": "언어 모델"},
    "vectors": {"en": "Vectors", "ko": "벡터"},
    "pdf": {"en": "PDF", "ko": "PDF"},
    "plugins": {"en": "Plugins", "ko": "플러그인"},
}

_FOUND = {
    ("settings", "ok"): "모든 설정을 사용할 수 있습니다",
    ("settings", "fail"): "사용할 수 없는 설정이 있습니다",
    ("data", "ok"): "쓸 수 있습니다",
    ("data", "note"): "남은 공간이 적습니다",
    ("data", "fail"): "쓸 수 없거나 공간이 없습니다",
    ("library", "ok"): "문서가 있습니다",
    ("library", "note"): "아직 문서가 없습니다",
    ("library", "fail"): "자료실을 열 수 없습니다",
    ("database", "ok"): "사용할 수 있습니다",
    ("database", "fail"): "사용할 수 없습니다",
    ("queue", "ok"): "순조롭습니다",
    ("queue", "note"): "밀려 있습니다",
    ("queue", "fail"): "살펴볼 수 없습니다",
    ("broker", "ok"): "응답합니다",
    ("broker", "fail"): "응답하지 않습니다",
    ("worker", "ok"): "응답합니다",
    ("worker", "note"): "응답하는 작업자가 없어 조사가 기다리기만 합니다",
    ("model", "ok"): "설정되어 있습니다",
    ("model", "note"): "모델 없이 원문 인용만으로 보고서를 만듭니다",
    ("model", "fail"): "설정된 모델을 사용할 수 없습니다",
    ("vectors", "ok"): "순조롭습니다",
    ("vectors", "note"): "아직 벡터가 없는 구절이 있습니다",
    ("vectors", "fail"): "벡터를 사용할 수 없어 낱말로만 검색합니다",
    ("pdf", "ok"): "보고서를 PDF로 만들 수 있습니다",
    ("pdf", "note"): "보고서를 PDF로 만들 수 없습니다",
    ("plugins", "ok"): "모두 사용할 수 있습니다",
    ("plugins", "note"): "사용할 수 없는 플러그인이 있습니다",
    ("plugins", "fail"): "설치가 온전하지 않습니다",
}
"""What was found, in Korean, by check and outcome."""

_REMEDIES = {
    "settings": "환경 변수나 .env에서 고치고 서비스를 다시 시작하세요.",
    "data": "공간을 비우거나 VIRTUAL_LAB_DATA_DIR를 쓸 수 있는 폴더로 설정하세요.",
    "library": "자료실 화면이나 virtual-lab library add로 문서를 추가하세요. 그때까지는 입문"
    " 자료집을 검색합니다. 열 수 없으면 DATABASE_URL을 확인하고, 깨진 파일일 때만 옮기고 다시"
    " 추가하세요.",
    "database": "DATABASE_URL을 확인하세요. 설정하지 않으면 데이터 폴더의 파일을 씁니다.",
    "queue": "작업자를 늘리거나 시작하세요: virtual-lab worker.",
    "broker": "REDIS_URL을 확인하세요. 설정하지 않으면 데이터 폴더에서 Valkey를 시작합니다.",
    "worker": "virtual-lab up 또는 virtual-lab worker로 시작하세요.",
    "model": "VIRTUAL_LAB_MODEL을 설정하면 모델이 생각하고 작성합니다.",
    "vectors": "빠진 벡터는 virtual-lab library embed로 채우세요(모델이 바뀌었으면 --again)."
    " 응답이 없으면 VIRTUAL_LAB_EMBEDDINGS와 그 주소를 확인하세요.",
    "pdf": 'pip install "pjt-virtual-lab[pdf]"로 설치하세요.',
    "plugins": "해당 패키지를 고치거나 제거하고 서비스를 다시 시작하세요. 나머지는 작동합니다.",
}
"""What to do, in Korean, by check."""


class CheckText(NamedTuple):
    """A check in words; ``detail`` is what the doctor found, "" where the summary says it."""

    name: str
    outcome: str
    summary: str
    detail: str
    remedy: str


def tell(check: Check, language: Language) -> CheckText:
    """A check in the language of a page; a new one stays in the words of the doctor."""
    name = _NAMES.get(check.name, {}).get(language, check.name)
    summary = _FOUND.get((check.name, check.outcome.value), "") if language == "ko" else ""
    remedy = check.remedy
    if remedy and language == "ko":
        remedy = _REMEDIES.get(check.name, remedy)
    return CheckText(name, check.outcome.value, summary, in_language(check.found, language), remedy)
