"""Details in Korean: what the program says in English of documents, versions, errors and checks.

English first, its blanks in braces. Korean that is empty: the line above the detail says it all.
A text that is not here is shown as it is.
"""

from __future__ import annotations

DETAILS: tuple[tuple[str, str], ...] = (
    # What a document lost while it was read.
    ("page {page} cannot be read", "{page}쪽은 읽을 수 없습니다"),
    ("only the first {most} of {count} pages were read", "{count}쪽 가운데 처음 {most}쪽만 읽음"),
    ("no text on page {pages}", "글자가 없는 쪽: {pages}"),
    # How a version came about.
    ("section {number} again: {feedback}", "섹션 {number} 다시 작성: {feedback}"),
    ("ko → en", "한국어에서 영어로 번역"),
    ("en → ko", "영어에서 한국어로 번역"),
    # What the framework refuses.
    ("the form is not one of this site", "이 사이트의 양식이 아닙니다"),
    ("Not Found", ""),
    ("Method Not Allowed", "이 주소로는 보낼 수 없습니다"),
    # What the doctor found.
    ("all of them can be used", ""),
    ("{folder} ({free} GB free)", "{folder}(남은 공간 {free}GB)"),
    ("no documents", ""),
    (
        "{documents} documents in {collections} collections",
        "모음 {collections}개, 문서 {documents}건",
    ),
    ("{database} ({runs} runs)", "{database}(조사 {runs}건)"),
    ("{waiting} runs wait", "기다리는 조사 {waiting}건"),
    (
        "runs wait, one for {time} s, and no worker works on any",
        "작업자가 없어 조사가 {time}초까지 기다렸습니다",
    ),
    (
        "{waiting} of {most} runs that may wait do so",
        "기다릴 수 있는 조사 {most}건 가운데 {waiting}건이 기다립니다",
    ),
    ("{count} webhooks were not taken yet", "전하지 못한 웹훅 {count}건"),
    ("embedded Valkey answers: {address}", "내장 Valkey: {address}"),
    ("Redis answers: {address}", "Redis: {address}"),
    ("Celery worker is running", ""),
    ("none answers", ""),
    ("extractive (no model: the report is made of quotes)", ""),
    ("what {address} serves", "{address}에서 제공하는 모델"),
    ("not asked for: passages are found by their words", "쓰지 않습니다(낱말로 검색)"),
    (
        "the endpoint gives {width} dimensions, the library's vectors have {held}",
        "받은 벡터는 {width}차원, 보관된 벡터는 {held}차원",
    ),
    (
        "passages without one: {missing} ({endpoint}, {width} dimensions)",
        "구절 {missing}개({endpoint}, {width}차원)",
    ),
    ("{endpoint}, {width} dimensions", "{endpoint}, {width}차원"),
    ("reports can be written as PDF", ""),
    ("reports cannot be written as PDF", ""),
    # What a provider of literature answered.
    ("answers", "응답합니다"),
    ("fails: {reason}", "실패: {reason}"),
    ("not configured: {setting}", "설정 필요: {setting}"),
    ("check the network and its proxy; a run goes on without it", "네트워크와 프록시를 확인하세요"),
)
