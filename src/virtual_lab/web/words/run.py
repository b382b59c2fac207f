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
    "spent_minutes": {"en": "Time (min:s)", "ko": "시간(분:초)"},
    "spent_tokens": {"en": "Tokens", "ko": "토큰"},
    "spent_cost": {"en": "Cost", "ko": "비용"},
    "expected": {"en": "about {amount} expected", "ko": "예상 약 {amount}"},
    "stopping": {"en": "Stopping: the worker has been told.", "ko": "중지하는 중입니다."},
    "cancel": {"en": "Cancel", "ko": "취소"},
    "resume": {"en": "Resume", "ko": "이어서 진행"},
    "try_again": {"en": "Try again", "ko": "다시 시도"},
    "read_report": {"en": "Read the report", "ko": "보고서 보기"},
    "refresh": {"en": "Refresh", "ko": "새로 고침"},
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
    "at_critic": {"en": "With the critic", "ko": "비평 중"},
    "found_claims": {"en": "Found", "ko": "찾은 근거"},
    "investigator": {"en": "Principal investigator", "ko": "책임연구자"},
    "investigator_focus": {
        "en": "Sums each round up",
        "ko": "라운드마다 결과를 정리",
    },
    "agreed": {"en": "{count} agreed", "ko": "합의 {count}건"},
    "disputed": {"en": "{count} disputed", "ko": "쟁점 {count}건"},
    "still_open": {"en": "{count} open", "ko": "미해결 {count}건"},
    "open_questions": {"en": "Still open", "ko": "남은 질문"},
    "score_chart": {
        "en": "The critic's scores by round, out of {most}; the numbers are those of the team",
        "ko": "라운드별 비평 점수({most}점 만점). 번호는 위 연구팀의 번호입니다",
    },
    "score_chart_text": {"en": "Scores by round.", "ko": "라운드별 점수."},
    "searched_and_found": {"en": "What was searched and found", "ko": "검색한 것과 찾은 것"},
    "online_found": {
        "en": "Online sources to read: {count}",
        "ko": "온라인에서 찾은 읽을 출처 {count}건",
    },
    "online_failed": {
        "en": "Failed or left out: {count}",
        "ko": "실패하거나 제외한 것 {count}건",
    },
    "sources_found": {"en": "Sources: {count}", "ko": "출처 {count}건"},
}
