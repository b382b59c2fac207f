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
    "runs_by_state": {"en": "Runs", "ko": "조사"},
    "check_again": {"en": "Check again", "ko": "다시 점검"},
}
