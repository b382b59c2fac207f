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
    # Why a document cannot be read, or a page not be drawn.
    ("the limit is {most} MB", "최대 {most}MB까지 받습니다"),
    (
        "{size} MB; the limit is {most} MB (VIRTUAL_LAB_MAX_DOCUMENT_MB)",
        "{size}MB, 최대 {most}MB까지 받습니다(VIRTUAL_LAB_MAX_DOCUMENT_MB)",
    ),
    ("over {size} MB unpacked", "압축을 풀면 {size}MB가 넘습니다"),
    ("over {time} s", "{time}초를 넘겼습니다"),
    ("no ending", "확장자가 없습니다"),
    ("read are {kinds}", "읽을 수 있는 형식: {kinds}"),
    ("it is not text", "텍스트가 아닙니다"),
    ("it is not HTML", "HTML이 아닙니다"),
    ("its encoding is not known", "문자 인코딩을 알 수 없습니다"),
    ("it has no pages", "쪽이 없습니다"),
    ("it has no page {page}", "{page}쪽이 없습니다"),
    ("page {page} cannot be drawn", "{page}쪽을 그릴 수 없습니다"),
    ("a page without a size", "쪽의 크기를 알 수 없습니다"),
    ("reading it failed", "읽는 도중에 실패했습니다"),
    ("Failed to load document (PDFium: {reason}).", "PDF로 열 수 없습니다"),
    # How a version came about.
    ("section {number} again: {feedback}", "섹션 {number} 다시 작성: {feedback}"),
    ("ko → en", "한국어에서 영어로 번역"),
    ("en → ko", "영어에서 한국어로 번역"),
    # What a form cannot be taken with.
    ("no file was chosen", "선택한 파일이 없습니다"),
    (
        "{count} files at once; at most {most} are taken",
        "파일 {count}개를 한꺼번에 올릴 수 없습니다(최대 {most}개)",
    ),
    (
        "collection {name}; use letters, digits, space, _ . - (at most 64)",
        "모음 이름 {name}: 문자, 숫자, 공백과 _ . -만 쓸 수 있습니다(최대 64자)",
    ),
    ('language: the report is in "{language}" already', "이미 그 언어로 쓰인 보고서입니다"),
    ("{field}: Field required", "{field}: 꼭 필요한 값입니다"),
    ("{field}: String should have at least {least} character", "{field}: 값이 비어 있습니다"),
    ("{field}: String should have at most {most} characters", "{field}: 최대 {most}자입니다"),
    ("{field}: Input should be {wanted}", "{field}: 쓸 수 없는 값입니다"),
    # What is not there.
    ("collection {name} (there are: {others})", "모음 {name} (있는 모음: {others})"),
    ("document {id} in collection {name}", "모음 {name}의 문서 {id}"),
    ("collection {name}", "모음 {name}"),
    ("document {id}", "문서 {id}"),
    ("report {id}, version {version}", "보고서 {id}의 {version}판"),
    ("report {id}", "보고서 {id}"),
    ("run {id} has ended in {state}", "이미 끝난 조사입니다"),
    ("run {id} is in the state {state}", "조사의 상태가 달라 할 수 없습니다"),
    ("run {id}", "조사 {id}"),
    ("quote {number} (there are {most})", "인용 {number} (모두 {most}개)"),
    ("section {number} (there are: {others})", "섹션 {number} (있는 섹션: {others})"),
    ("a PDF that the quote stands in as it was read", "읽었을 때 그대로인 원본 PDF"),
    ("Not Found", ""),
    ("Method Not Allowed", "이 주소로는 보낼 수 없습니다"),
    # Why a call is refused.
    ("the form is not one of this site", "이 사이트의 양식이 아닙니다"),
    ("a page of another origin may change nothing", "다른 사이트의 화면은 바꿀 수 없습니다"),
    (
        "without an API key only this machine is served, and {reason};"
        " make a key with virtual-lab keys add NAME",
        "API 키가 없으면 이 컴퓨터에서 온 요청만 받습니다. virtual-lab keys add NAME 명령으로 키를"
        " 만드십시오({reason})",
    ),
    ("this wrong API key was shown too often", "잘못된 API 키를 너무 자주 보냈습니다"),
    ("wrong API keys from this address", "이 주소에서 잘못된 API 키를 보냈습니다"),
    ("more than {most} in a minute with this API key", "이 API 키로 1분에 {most}회를 넘겼습니다"),
    # Why a run failed.
    ("it needs more memory than its worker may use", "작업자에 허용된 메모리보다 많이 필요합니다"),
    (
        "{crashes} workers were lost with it at one step",
        "한 단계에서 작업자 {crashes}개를 잃었습니다",
    ),
    ("{time} s", "{time}초"),
    (
        "what was verified until then is kept as a partial report",
        "검증을 마친 내용은 부분 보고서로 보관",
    ),
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
