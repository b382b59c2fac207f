"""Words of the first page."""

from __future__ import annotations

from virtual_lab.domain import Language

TEXT: dict[str, dict[Language, str]] = {
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
}
