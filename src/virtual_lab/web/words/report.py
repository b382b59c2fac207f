"""Words of the pages of reports."""

from __future__ import annotations

from virtual_lab.domain import Language

TEXT: dict[str, dict[Language, str]] = {
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
    "quote_number": {"en": "Quote {number} of {most}", "ko": "인용 {most}개 중 {number}번째"},
    "back_to_report": {"en": "Back to the report", "ko": "보고서로 돌아가기"},
    "quote_before": {"en": "Quote before", "ko": "이전 인용"},
    "quote_after": {"en": "Next quote", "ko": "다음 인용"},
    "close": {"en": "Close", "ko": "닫기"},
    "beside": {"en": "The quote in its source", "ko": "원문 속 인용"},
    "loading": {"en": "Looking it up…", "ko": "찾는 중…"},
    "cannot_load": {
        "en": "The source cannot be shown now. Open the link in a new tab, or try again.",
        "ko": "지금은 원문을 볼 수 없습니다. 링크를 새 탭에서 열거나 다시 시도하세요.",
    },
    "report_says": {"en": "What the report says", "ko": "보고서의 진술"},
    "in_source": {"en": "In the source", "ko": "원문"},
    "translation": {"en": "Translation", "ko": "번역"},
    "context_gone": {
        "en": "The source is no longer in the library, so only the quote itself can be shown.",
        "ko": "이 출처가 자료실에 없어 인용문만 표시합니다.",
    },
    "page_itself": {
        "en": "Page {page} of the document, the quote marked where it was found.",
        "ko": "문서 {page}쪽. 찾은 인용 부분을 표시했습니다.",
    },
    "page_picture": {
        "en": "Page {page} of {title} as a picture",
        "ko": "{title} {page}쪽 그림",
    },
    "open_address": {"en": "Open the source", "ko": "출처 열기"},
}
