"""Words around every page, and of errors."""

from __future__ import annotations

from virtual_lab.domain import Language

TEXT: dict[str, dict[Language, str]] = {
    "skip": {"en": "Skip to the content", "ko": "본문으로 건너뛰기"},
    "pages": {"en": "Pages", "ko": "메뉴"},
    "nav_ask": {"en": "Ask", "ko": "질문하기"},
    "nav_reports": {"en": "Reports", "ko": "보고서"},
    "nav_library": {"en": "Library", "ko": "자료실"},
    "nav_system": {"en": "System", "ko": "시스템"},
    "switch_language": {"en": "Language of the pages", "ko": "화면 언어"},
    "made_with": {
        "en": "Virtual Lab {version}. Everything stays on this machine but for what you allow.",
        "ko": "Virtual Lab {version}. 허용한 것 말고는 이 컴퓨터 밖으로 나가지 않습니다.",
    },
    "api_docs": {"en": "HTTP API", "ko": "HTTP API 문서"},
    "error_400": {"en": "This cannot be used", "ko": "사용할 수 없는 입력입니다"},
    "error_403": {"en": "This is not allowed", "ko": "허용되지 않습니다"},
    "error_404": {"en": "There is no such page", "ko": "찾을 수 없습니다"},
    "error_409": {"en": "That is not possible now", "ko": "지금은 할 수 없습니다"},
    "error_429": {"en": "Too many calls", "ko": "요청이 너무 많습니다"},
    "error_500": {"en": "Something does not work here", "ko": "시스템에 문제가 있습니다"},
    "remedy_400": {
        "en": "Go back, correct it, and send it again.",
        "ko": "이전 화면으로 돌아가 고친 다음 다시 보내 주세요.",
    },
    "remedy_403": {
        "en": "Open the page anew, and send its form from there.",
        "ko": "화면을 다시 열고 그 화면에서 양식을 보내 주세요.",
    },
    "remedy_404": {
        "en": "It may have been removed. The first page lists what was asked lately.",
        "ko": "삭제되었을 수 있습니다. 첫 화면에 최근 질문이 있습니다.",
    },
    "remedy_409": {
        "en": "Its state has changed meanwhile. Go back and look at it again.",
        "ko": "그사이 상태가 바뀌었습니다. 이전 화면으로 돌아가 다시 확인해 주세요.",
    },
    "remedy_429": {
        "en": "Wait a minute, then try again. What was started goes on.",
        "ko": "1분 뒤에 다시 시도해 주세요. 시작된 조사는 계속 진행됩니다.",
    },
    "remedy_500": {
        "en": "The System page checks every part and says what to do.",
        "ko": "시스템 화면에서 각 부분을 점검하고 해결 방법을 확인할 수 있습니다.",
    },
}
