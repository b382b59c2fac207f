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
        "en": "No language model: a brief made of verbatim quotes.",
        "ko": "언어 모델 없이 원문 인용만으로 근거 요약을 만듭니다.",
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
    "choose_collection": {"en": "From the library", "ko": "자료실에서"},
    "model": {"en": "Language model", "ko": "언어 모델"},
    "without_model": {"en": "None: verbatim quotes only", "ko": "없음: 원문 인용만"},
    "model_hint": {
        "en": "None is configured; set VIRTUAL_LAB_MODEL to have one think and write.",
        "ko": "설정된 모델이 없습니다. VIRTUAL_LAB_MODEL을 설정하면 모델이 작성합니다.",
    },
    "search_online": {"en": "Literature to search as well", "ko": "함께 검색할 문헌 서비스"},
    "online_hint": {
        "en": "The search terms of the question are sent to those that are ticked; your documents"
        " never are.",
        "ko": "선택한 서비스에 질문의 검색어를 보냅니다. 문서는 보내지 않습니다.",
    },
    "lacks": {"en": "needs {setting}", "ko": "{setting} 설정 필요"},
    "web_pages": {"en": "Web pages to read as well", "ko": "함께 읽을 웹 페이지"},
    "web_pages_hint": {
        "en": "One address on each line, at most 20.",
        "ko": "한 줄에 주소 하나씩, 최대 20개.",
    },
    "token_limit": {"en": "Most tokens", "ko": "토큰 한도"},
    "cost_limit": {"en": "Most US dollars", "ko": "비용 한도(달러)"},
    "no_limit": {"en": "no limit", "ko": "한도 없음"},
    "no_time_limit": {"en": "no limit of time", "ko": "시간 제한 없음"},
    "costs": {"en": "Cost", "ko": "비용"},
    "nothing_paid": {"en": "Nothing is paid for.", "ko": "비용이 들지 않습니다."},
    "estimate": {
        "en": "A full run takes about {calls} calls and {tokens} tokens",
        "ko": "끝까지 진행하면 호출 약 {calls}회, 토큰 약 {tokens}개",
    },
    "estimated_cost": {"en": "${cost}", "ko": "{cost}달러"},
    "no_price": {
        "en": "Its price is not known (VIRTUAL_LAB_PRICE_PROMPT).",
        "ko": "모델 가격을 알 수 없습니다(VIRTUAL_LAB_PRICE_PROMPT).",
    },
    "and_online": {"en": "Online:", "ko": "온라인:"},
    "nothing_online": {
        "en": "Nothing is searched online.",
        "ko": "온라인 검색은 하지 않습니다.",
    },
    "estimate_again": {"en": "Estimate again", "ko": "다시 계산"},
    "drop_here": {"en": "or drop them here", "ko": "또는 여기로 끌어다 놓기"},
    "sending": {"en": "Sending the files", "ko": "파일을 보내는 중"},
    "reading": {
        "en": "Reading the files; a long PDF takes some seconds.",
        "ko": "파일을 읽는 중입니다. 긴 PDF는 몇 초 걸립니다.",
    },
    "sending_failed": {
        "en": "The files could not be sent. Check the connection, and try again.",
        "ko": "파일을 보내지 못했습니다. 연결을 확인하고 다시 시도하세요.",
    },
    "too_many_files": {
        "en": "At most {most} files at once.",
        "ko": "한 번에 최대 {most}개까지 보낼 수 있습니다.",
    },
    "too_large_file": {"en": "over {size} MB", "ko": "{size}MB 초과"},
    "too_large_upload": {
        "en": "All files together are over {size} MB; send them in parts.",
        "ko": "파일을 모두 합쳐 {size}MB를 넘습니다. 나누어 보내세요.",
    },
    "wrong_kind": {"en": "this format is not read", "ko": "읽을 수 없는 형식"},
    "fault_topic": {
        "en": "Question: write one, of at most {most} characters.",
        "ko": "질문: 최대 {most}자로 질문을 적어 주세요.",
    },
    "fault_constraints": {
        "en": "Constraints: at most {most} characters.",
        "ko": "제약 조건: {most}자 이내로 적어 주세요.",
    },
    "fault_language": {
        "en": "Report language: Korean, English, or as the question.",
        "ko": "보고서 언어: 한국어, 영어, 질문과 같게 가운데 고르세요.",
    },
    "fault_rounds": {
        "en": "Most rounds: from 1 to {rounds}.",
        "ko": "최대 라운드: 1에서 {rounds} 사이로 고르세요.",
    },
    "fault_specialists": {
        "en": "Specialists: choose one of the numbers in the list.",
        "ko": "전문가 수: 목록에서 고르세요.",
    },
    "fault_model": {
        "en": "Language model: choose one of the list.",
        "ko": "언어 모델: 목록에서 고르세요.",
    },
    "fault_sources": {
        "en": "Literature: tick some of the list.",
        "ko": "문헌 서비스: 목록에서 고르세요.",
    },
    "fault_urls": {
        "en": "Web pages: at most 20 addresses that begin with http:// or https://.",
        "ko": "웹 페이지: http:// 또는 https://로 시작하는 주소를 최대 20개까지 적으세요.",
    },
    "fault_minutes": {
        "en": "Most minutes: a number, 0 for no limit, or nothing.",
        "ko": "제한 시간: 수를 적거나(0은 한도 없음) 비워 두세요.",
    },
    "fault_tokens": {
        "en": "Most tokens: a whole number, 0 for no limit, or nothing.",
        "ko": "토큰 한도: 정수를 적거나(0은 한도 없음) 비워 두세요.",
    },
    "fault_cost": {
        "en": "Most US dollars: a number, 0 for no limit, or nothing.",
        "ko": "비용 한도: 수를 적거나(0은 한도 없음) 비워 두세요.",
    },
}
