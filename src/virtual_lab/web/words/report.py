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
    "verified_share": {
        "en": "{part} of {whole} statements verified",
        "ko": "진술 {whole}건 중 {part}건 검증됨",
    },
    "see_dropped": {"en": "See what was dropped, and why", "ko": "제외된 진술과 이유 보기"},
    "tools": {"en": "Work on this report", "ko": "보고서 다듬기"},
    "no_model": {
        "en": "Rewriting a section and translating need a language model, and none is configured."
        " Set VIRTUAL_LAB_MODEL, and start the service again.",
        "ko": "섹션 다시 쓰기와 번역에는 언어 모델이 필요하지만 설정된 모델이 없습니다."
        " VIRTUAL_LAB_MODEL을 설정하고 서비스를 다시 시작하세요.",
    },
    "regenerate": {"en": "Write a section again", "ko": "섹션 다시 쓰기"},
    "which_section": {"en": "Section", "ko": "섹션"},
    "feedback": {"en": "What should be different?", "ko": "무엇을 고칠까요?"},
    "feedback_hint": {
        "en": "Such as: “Say which tests are needed.” It is verified like the first time, and"
        " kept as a new version.",
        "ko": "예: ‘필요한 시험을 밝혀 주세요.’ 처음처럼 검증한 뒤 새 판으로 보관합니다.",
    },
    "rewrite": {"en": "Write again", "ko": "다시 쓰기"},
    "translate": {"en": "Translate", "ko": "번역"},
    "translate_hint": {
        "en": "Quotes stay in their own words, with a translation beside them.",
        "ko": "인용문은 원문 그대로 두고 번역을 함께 보여 줍니다.",
    },
    "into_ko": {"en": "Into Korean", "ko": "한국어로 번역"},
    "into_en": {"en": "Into English", "ko": "영어로 번역"},
    "writing": {
        "en": "The model is writing. This may take some minutes; stay on this page.",
        "ko": "모델이 작성하고 있습니다. 몇 분 걸릴 수 있으니 이 화면에 머물러 주세요.",
    },
    "compare": {"en": "Compare", "ko": "비교"},
    "compare_before": {"en": "What changed", "ko": "달라진 점"},
    "compare_title": {
        "en": "Versions {old} and {new} compared",
        "ko": "{old}판과 {new}판 비교",
    },
    "older_version": {"en": "Older", "ko": "이전 판"},
    "newer_version": {"en": "Newer", "ko": "이후 판"},
    "other_language": {
        "en": "These versions are in different languages, so their words cannot be compared."
        " Every statement rests on the same quotes.",
        "ko": "두 판의 언어가 달라 문장을 비교할 수 없습니다. 모든 진술은 같은 인용에 근거합니다.",
    },
    "no_difference": {
        "en": "No statement is different between these versions.",
        "ko": "두 판 사이에 달라진 진술이 없습니다.",
    },
    "unchanged_parts": {"en": "Unchanged: {titles}", "ko": "그대로인 부분: {titles}"},
    "diff_same": {"en": "Same", "ko": "그대로"},
    "diff_added": {"en": "New", "ko": "추가"},
    "diff_removed": {"en": "Gone", "ko": "삭제"},
    "diff_changed": {"en": "Reworded", "ko": "수정"},
}
