"""Words of the system page."""

from __future__ import annotations

from virtual_lab.domain import Language

TEXT: dict[str, dict[Language, str]] = {
    "system": {"en": "System", "ko": "시스템"},
    "all_well": {"en": "Everything that is needed works.", "ko": "필요한 것이 모두 작동합니다."},
    "some_fail": {
        "en": "Checks that fail: {count}. Each says what to do.",
        "ko": "점검 {count}건이 실패했습니다. 각 항목에 해결 방법이 있습니다.",
    },
    "checks": {"en": "Checks", "ko": "점검"},
    "check_ok": {"en": "Works", "ko": "정상"},
    "check_note": {"en": "Note", "ko": "참고"},
    "check_fail": {"en": "Fails", "ko": "실패"},
    "check_again": {"en": "Check again", "ko": "다시 점검"},
    "queue": {"en": "Queue", "ko": "대기열"},
    "waiting": {"en": "Waiting", "ko": "대기 중"},
    "longest_wait": {"en": "Longest wait", "ko": "최장 대기"},
    "workers": {"en": "At work now", "ko": "작업 중"},
    "nobody_works": {"en": "No run is being worked on.", "ko": "진행 중인 조사가 없습니다."},
    "attempt": {"en": "attempt {number}", "ko": "{number}번째 시도"},
    "what_to_do": {"en": "What to do:", "ko": "해결 방법:"},
    "providers": {"en": "Providers of literature", "ko": "문헌 서비스"},
    "providers_hint": {
        "en": "Runs search those that are ticked on the first page. Asking them now sends each one"
        " short query.",
        "ko": "첫 화면에서 선택한 서비스를 검색합니다. 지금 확인하면 서비스마다 짧은 검색을 한 번"
        " 보냅니다.",
    },
    "provider_off": {"en": "Off", "ko": "꺼짐"},
    "provider_used": {"en": "Used", "ko": "사용"},
    "provider_ready": {"en": "Ready", "ko": "선택 가능"},
    "ask_providers": {"en": "Ask them now", "ko": "지금 확인"},
}
