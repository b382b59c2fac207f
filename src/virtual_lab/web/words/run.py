"""Words of the page of a run."""

from __future__ import annotations

from virtual_lab.domain import Language

TEXT: dict[str, dict[Language, str]] = {
    "state": {"en": "State", "ko": "상태"},
    "state_pending": {"en": "Waiting", "ko": "대기 중"},
    "state_progress": {"en": "Working", "ko": "진행 중"},
    "state_success": {"en": "Done", "ko": "완료"},
    "state_failure": {"en": "Failed", "ko": "실패"},
    "state_cancelled": {"en": "Cancelled", "ko": "취소됨"},
    "run": {"en": "Research run", "ko": "조사"},
    "progress": {"en": "Progress", "ko": "진행률"},
    "step_of": {"en": "Step {current} of {total}", "ko": "{total}단계 중 {current}단계"},
    "elapsed": {"en": "Time", "ko": "소요 시간"},
    "spent": {"en": "{tokens} tokens used", "ko": "토큰 {tokens}개 사용"},
    "expected": {"en": "about {tokens} tokens expected", "ko": "예상 토큰 약 {tokens}개"},
    "stopping": {"en": "Stopping: the worker has been told.", "ko": "중지하는 중입니다."},
    "cancel": {"en": "Cancel", "ko": "취소"},
    "resume": {"en": "Resume", "ko": "이어서 진행"},
    "try_again": {"en": "Try again", "ko": "다시 시도"},
    "read_report": {"en": "Read the report", "ko": "보고서 보기"},
    "refresh": {"en": "Refresh", "ko": "새로 고침"},
    "failed": {"en": "The run failed", "ko": "조사가 실패했습니다"},
    "failed_remedy": {
        "en": "Finished steps are kept. Remove the cause, then try again: the run goes on from"
        " there. The System page checks every part.",
        "ko": "마친 단계는 보존됩니다. 원인을 해결한 뒤 다시 시도하면 그 지점부터 이어집니다."
        " 시스템 화면에서 각 부분을 점검할 수 있습니다.",
    },
    "report_gone": {"en": "The report was deleted.", "ko": "보고서가 삭제되었습니다."},
    "lost_connection": {
        "en": "The connection is lost; trying again. The run goes on meanwhile.",
        "ko": "연결이 끊겨 다시 연결하고 있습니다. 조사는 계속 진행됩니다.",
    },
    "team": {"en": "The team", "ko": "연구팀"},
    "no_team": {
        "en": "The team is put together first; it will appear here.",
        "ko": "먼저 연구팀을 구성합니다. 구성되면 여기에 나타납니다.",
    },
    "specialist": {"en": "Specialist", "ko": "전문가"},
    "round": {"en": "Round {number}", "ko": "{number}라운드"},
    "findings": {"en": "Findings: {count}", "ko": "근거 {count}건"},
    "new_findings": {"en": "{count} new", "ko": "새로 {count}건"},
    "passages_read": {"en": "Passages read: {count}", "ko": "구절 {count}개 검토"},
    "score": {"en": "Score {score} of {most}", "ko": "{most}점 만점에 {score}점"},
    "not_yet": {"en": "not yet", "ko": "아직 없음"},
    "detail": {"en": "Details", "ko": "자세히"},
    "searched_for": {"en": "Searched for", "ko": "검색한 말"},
    "remaining": {"en": "Remaining", "ko": "남은 점"},
    "needed": {"en": "Needed for a 5", "ko": "5점에 필요한 것"},
    "what_happened": {"en": "What happened", "ko": "진행 기록"},
    "no_lines": {
        "en": "Nothing yet: the run waits for a worker.",
        "ko": "아직 없습니다. 작업자를 기다리고 있습니다.",
    },
}
