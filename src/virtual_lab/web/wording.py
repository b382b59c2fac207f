"""The words of the pages, in both languages."""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import Language

_TEXT: dict[str, dict[Language, str]] = {
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
    "remedy_500": {
        "en": "The System page checks every part and says what to do.",
        "ko": "시스템 화면에서 각 부분을 점검하고 해결 방법을 확인할 수 있습니다.",
    },
    "home_title": {"en": "What do you need to know?", "ko": "무엇을 알아볼까요?"},
    "home_promise": {
        "en": "A team of specialists searches your documents, a critic checks them, and every"
        " sentence of the answer comes with the quote that it rests on.",
        "ko": "전문가 팀이 자료를 찾고 비평가가 검토합니다. 답변의 모든 문장에는 근거가 된"
        " 원문 인용이 함께 제시됩니다.",
    },
    "question": {"en": "Question", "ko": "질문"},
    "question_hint": {"en": "In Korean or English", "ko": "한국어 또는 영어로"},
    "examples": {"en": "For example", "ko": "예시"},
    "constraints": {"en": "Constraints", "ko": "제약 조건"},
    "constraints_hint": {
        "en": "Optional: what to keep to, such as “EU rules only”.",
        "ko": "선택 사항: ‘EU 규정만’처럼 지켜야 할 범위를 적습니다.",
    },
    "documents": {"en": "Documents to search", "ko": "검색할 자료"},
    "whole_library": {"en": "The whole library", "ko": "자료실 전체"},
    "starter": {"en": "Starter library (built in)", "ko": "입문 자료집 (내장)"},
    "collection_size": {"en": "{name} ({count})", "ko": "{name} ({count}건)"},
    "add_files": {"en": "Add files of your own", "ko": "직접 파일 추가"},
    "files_hint": {
        "en": "PDF, Word, HTML, Markdown or text, up to {size} MB each. They are kept in the"
        " chosen collection, or in “{collection}”.",
        "ko": "PDF, Word, HTML, Markdown, 텍스트. 파일당 최대 {size}MB. 선택한 모음에, 없으면"
        " ‘{collection}’에 보관합니다.",
    },
    "options": {"en": "Options", "ko": "세부 설정"},
    "report_language": {"en": "Report language", "ko": "보고서 언어"},
    "as_question": {"en": "As the question", "ko": "질문과 같게"},
    "most_rounds": {"en": "Most rounds", "ko": "최대 라운드"},
    "team_size": {"en": "Specialists", "ko": "전문가 수"},
    "lab_decides": {"en": "The lab decides", "ko": "자동"},
    "time_limit": {"en": "Most minutes", "ko": "제한 시간(분)"},
    "start": {"en": "Start the research", "ko": "조사 시작"},
    "will_use": {"en": "This run will use", "ko": "이번 조사에 쓰이는 것"},
    "thinker": {"en": "Writer", "ko": "작성"},
    "searched": {"en": "Sources", "ko": "자료"},
    "extractive": {
        "en": "No language model: a brief made of verbatim quotes. Nothing is paid for.",
        "ko": "언어 모델 없이 원문 인용만으로 근거 요약을 만듭니다. 비용이 들지 않습니다.",
    },
    "with_model": {"en": "Language model: {models}", "ko": "언어 모델: {models}"},
    "limit": {"en": "Limit", "ko": "한도"},
    "limit_tokens": {"en": "{tokens} tokens", "ko": "토큰 {tokens}개"},
    "limit_cost": {"en": "{cost} US dollars", "ko": "{cost}달러"},
    "limit_minutes": {"en": "{minutes} minutes", "ko": "{minutes}분"},
    "library_documents": {
        "en": "Documents in your library: {count}",
        "ko": "자료실 문서 {count}건",
    },
    "library_empty": {
        "en": "Your library is empty, so the built-in primers are searched.",
        "ko": "자료실이 비어 있어 내장된 입문 자료집을 검색합니다.",
    },
    "recent": {"en": "Recent runs", "ko": "최근 조사"},
    "no_runs": {
        "en": "Nothing was asked yet. Your runs will be listed here.",
        "ko": "아직 질문이 없습니다. 조사 목록이 여기에 나타납니다.",
    },
    "not_started": {"en": "The run was not started", "ko": "조사를 시작하지 않았습니다"},
    "unread_files": {
        "en": "These files could not be read; the others are in the library. Start again without"
        " them, or choose mended ones.",
        "ko": "다음 파일을 읽지 못했습니다. 나머지는 자료실에 들어 있습니다. 이 파일을 빼거나"
        " 고친 파일을 골라 다시 시작하세요.",
    },
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
    "reports": {"en": "Reports", "ko": "보고서"},
    "no_reports": {"en": "There is no report yet.", "ko": "아직 보고서가 없습니다."},
    "ask_first": {"en": "Ask a question", "ko": "질문하기"},
    "older": {"en": "Older ones", "ko": "이전 목록"},
    "version": {"en": "Version {number}", "ko": "{number}판"},
    "versions": {"en": "Versions", "ko": "판"},
    "first_version": {"en": "as first written", "ko": "처음 작성"},
    "export": {"en": "Export", "ko": "내보내기"},
    "verified": {"en": "Statements verified", "ko": "검증된 진술"},
    "sources_used": {"en": "Sources used", "ko": "사용한 출처"},
    "dropped": {"en": "Dropped", "ko": "제외"},
    "of_whole": {"en": "of {whole}", "ko": "/ {whole}"},
    "how_made": {"en": "How it was made", "ko": "작성 과정 보기"},
    "delete_report": {"en": "Delete this report", "ko": "보고서 삭제"},
    "delete_report_hint": {
        "en": "All its versions are deleted. The run stays.",
        "ko": "모든 판이 삭제됩니다. 조사 기록은 남습니다.",
    },
    "to_export": {"en": "Coverage and export", "ko": "검증 범위와 내보내기"},
    "about_report": {"en": "About this report", "ko": "보고서 정보"},
    "library": {"en": "Library", "ko": "자료실"},
    "library_promise": {
        "en": "Documents that every run may search and quote.",
        "ko": "모든 조사에서 검색하고 인용할 수 있는 문서입니다.",
    },
    "search_library": {"en": "Search the library", "ko": "자료실 검색"},
    "search": {"en": "Search", "ko": "검색"},
    "in_collection": {"en": "In", "ko": "범위"},
    "hits": {"en": "Passages for “{words}”: {count}", "ko": "‘{words}’ 검색 결과 {count}건"},
    "no_hits": {
        "en": "Nothing was found for “{words}”. Try fewer or other words; both languages are"
        " searched.",
        "ko": "‘{words}’에 대한 결과가 없습니다. 낱말을 줄이거나 바꿔 보세요. 한국어와 영어를"
        " 함께 검색합니다.",
    },
    "page": {"en": "p. {page}", "ko": "{page}쪽"},
    "collections": {"en": "Collections", "ko": "모음"},
    "no_collections": {
        "en": "No documents of your own yet. Until there are, runs search the starter library.",
        "ko": "아직 추가한 문서가 없습니다. 그때까지는 입문 자료집을 검색합니다.",
    },
    "document_count": {"en": "Documents: {count}", "ko": "문서 {count}건"},
    "into_collection": {"en": "Collection", "ko": "모음 이름"},
    "into_hint": {
        "en": "A new name makes a new collection.",
        "ko": "새 이름을 쓰면 새 모음이 만들어집니다.",
    },
    "choose_files": {"en": "Files", "ko": "파일"},
    "types_hint": {
        "en": "PDF, Word, HTML, Markdown or text, up to {size} MB each.",
        "ko": "PDF, Word, HTML, Markdown, 텍스트. 파일당 최대 {size}MB.",
    },
    "add": {"en": "Add to the library", "ko": "자료실에 추가"},
    "title": {"en": "Title", "ko": "제목"},
    "page_count": {"en": "Pages", "ko": "쪽수"},
    "passages": {"en": "Passages", "ko": "구절"},
    "remove": {"en": "Remove", "ko": "삭제"},
    "remove_named": {"en": "Remove {name}", "ko": "{name} 삭제"},
    "remove_collection": {"en": "Remove the whole collection", "ko": "모음 전체 삭제"},
    "remove_hint": {
        "en": "Its documents and uploaded files are deleted.",
        "ko": "문서와 올린 파일이 모두 삭제됩니다.",
    },
    "ask_about": {"en": "Ask about this collection", "ko": "이 모음에 질문하기"},
    "uploaded": {"en": "What the files yielded", "ko": "추가 결과"},
    "uploaded_into": {"en": "Added to “{name}”", "ko": "‘{name}’에 추가했습니다"},
    "nothing_uploaded": {"en": "No file could be read", "ko": "읽을 수 있는 파일이 없습니다"},
    "outcome_added": {"en": "Added", "ko": "추가됨"},
    "outcome_unchanged": {"en": "Was there already", "ko": "이미 있음"},
    "outcome_failed": {"en": "Not read", "ko": "읽지 못함"},
    "file": {"en": "File", "ko": "파일"},
    "outcome": {"en": "Outcome", "ko": "결과"},
    "notes": {"en": "Notes", "ko": "비고"},
    "see_collection": {"en": "See the collection", "ko": "모음 보기"},
    "more_files": {"en": "Add more files", "ko": "파일 더 추가"},
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


def say(key: str, language: Language, **values: Any) -> str:
    """The text ``key`` in ``language`` with its values filled in."""
    return _TEXT[key][language].format(**values)
