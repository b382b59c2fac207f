"""Words of the library."""

from __future__ import annotations

from virtual_lab.domain import Language

TEXT: dict[str, dict[Language, str]] = {
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
    "see_collection": {"en": "See the collection", "ko": "모음 보기"},
    "more_files": {"en": "Add more files", "ko": "파일 더 추가"},
    "search_in": {"en": "Search in it", "ko": "이 모음에서 검색"},
    "passage_count": {"en": "Passages: {count}", "ko": "구절 {count}개"},
    "pages_yielded": {"en": "Pages: {count}", "ko": "{count}쪽"},
    "warning": {"en": "Note:", "ko": "주의:"},
    "remove_document_hint": {
        "en": "It is taken out of the collection, and its uploaded file is deleted.",
        "ko": "모음에서 빼고 올린 파일을 삭제합니다.",
    },
    "remove_now": {"en": "Yes, remove it", "ko": "네, 삭제합니다"},
    "parts": {"en": "Parts of the list", "ko": "목록 나누어 보기"},
    "part_before": {"en": "Before", "ko": "이전"},
    "part_after": {"en": "Next", "ko": "다음"},
}
