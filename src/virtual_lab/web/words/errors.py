"""Errors in Korean, by class, and what to do about them in both languages.

In English an error is called what its docstring says. A class that is not here is called what the
one above it is called.
"""

from __future__ import annotations

from virtual_lab.domain import Language

KOREAN: dict[str, str] = {
    "VirtualLabError": "Virtual Lab에 문제가 생겼습니다",
    "InvalidInputError": "입력한 값을 사용할 수 없습니다",
    "SettingError": "설정값 가운데 사용할 수 없는 것이 있습니다",
    "PromptError": "프롬프트 파일을 사용할 수 없습니다",
    "GlossaryError": "용어집 파일을 사용할 수 없습니다",
    "NotFoundError": "찾을 수 없습니다",
    "CallRefusedError": "이 요청은 받지 않습니다",
    "UnknownKeyError": "유효한 API 키가 필요합니다",
    "TooManyCallsError": "최근 요청이 너무 많습니다",
    "UnreadableDocumentError": "문서를 읽을 수 없습니다",
    "EncryptedDocumentError": "암호가 걸린 문서입니다. 암호를 푼 사본을 추가하세요",
    "BrokenDocumentError": "문서가 손상되었습니다",
    "EmptyDocumentError": "빈 문서입니다",
    "ScannedDocumentError": "글자가 없는 문서입니다(스캔본?). 문자 인식(OCR)을 거친 뒤 추가하세요",
    "OversizedDocumentError": "문서가 너무 큽니다",
    "SlowDocumentError": "문서를 읽는 데 너무 오래 걸려 중단했습니다",
    "UnsupportedDocumentError": (
        "읽을 수 없는 형식입니다(PDF, Word, HTML, Markdown, 텍스트를 읽습니다)"
    ),
    "FetchError": "웹에서 가져오지 못했습니다",
    "ForbiddenAddressError": "공개된 웹 주소가 아닙니다",
    "MissingExtraError": "선택 구성 요소가 설치되어 있지 않습니다",
    "ModelError": "언어 모델을 사용할 수 없습니다",
    "ModelAnswerError": "언어 모델이 다시 물어도 쓸 수 있는 답을 하지 않았습니다",
    "ModelRefusedError": "언어 모델 서버가 요청을 거부했습니다",
    "ModelUnavailableError": "언어 모델이 응답하지 않습니다",
    "RealModelError": "이 컴퓨터의 모델만 쓰도록 설정되어 있습니다(VIRTUAL_LAB_ONLY_LOCAL_MODELS)",
    "NoModelError": (
        "언어 모델이 필요합니다. VIRTUAL_LAB_MODEL, OPENAI_API_KEY 또는 OPENAI_BASE_URL을"
        " 설정하세요"
    ),
    "BudgetError": "보고할 내용이 나오기 전에 예산을 다 썼습니다",
    "RenderingError": "보고서를 이 형식으로 만들 수 없습니다",
    "LibraryError": "자료실을 사용할 수 없습니다",
    "LibraryAwayError": "자료실의 데이터베이스가 응답하지 않습니다",
    "StoreError": "조사와 보고서 저장소를 사용할 수 없습니다",
    "QueueFullError": "대기열이 가득 찼습니다",
    "ConflictError": "지금 상태에서는 할 수 없습니다",
    "LostLeaseError": "다른 작업자가 이 조사를 맡고 있습니다",
    "RunFailedError": "조사가 실패했습니다",
    "RunCancelledError": "조사가 취소되었습니다",
    "TimeLimitError": "조사에 허용된 시간을 넘겼습니다",
    "QuarantinedError": "작업자가 여러 번 멈춰 자동으로 다시 시작하지 않습니다",
    "ServiceError": "서비스를 실행할 수 없습니다",
    "BrokerError": "메시지 브로커를 사용할 수 없습니다",
    "NoBrokerError": "메시지 브로커가 없습니다. REDIS_URL을 설정하거나 Valkey를 설치하세요",
    "BrokerDownError": "메시지 브로커가 응답하지 않습니다",
    "WorkerSilentError": "응답하는 작업자가 없습니다. virtual-lab worker로 시작하세요",
}

REMEDIES: dict[str, dict[Language, str]] = {
    "VirtualLabError": {
        "en": "Finished steps are kept. Look at the System page, which checks every part; then try"
        " again, and the run goes on from there.",
        "ko": "마친 단계는 보존됩니다. 시스템 화면에서 각 부분을 점검한 뒤 다시 시도하면 그"
        " 지점부터 이어집니다.",
    },
    "InvalidInputError": {
        "en": "Correct it, and ask the question anew.",
        "ko": "값을 고쳐 새로 질문하세요.",
    },
    "SettingError": {
        "en": "Mend the setting in the environment or in .env, start the service again, and try"
        " again.",
        "ko": "환경 변수나 .env의 설정을 고치고 서비스를 다시 시작한 뒤 다시 시도하세요.",
    },
    "NotFoundError": {
        "en": "A collection or document of the question is gone. Add it to the library again, or"
        " ask the question anew.",
        "ko": "질문에 쓰인 모음이나 문서가 없어졌습니다. 자료실에 다시 추가하거나 새로 질문하세요.",
    },
    "ModelError": {
        "en": "Check the model's name, its key and its server on the System page, then try again."
        " What was paid for is kept and not asked again.",
        "ko": "시스템 화면에서 모델 이름, 키, 서버를 확인한 뒤 다시 시도하세요. 이미 받은 답은"
        " 보존되어 다시 묻지 않습니다.",
    },
    "ModelUnavailableError": {
        "en": "Its server may be busy or down: wait a little, then try again. What was paid for is"
        " kept and not asked again.",
        "ko": "모델 서버가 바쁘거나 멈췄을 수 있습니다. 잠시 뒤 다시 시도하세요. 이미 받은 답은"
        " 보존되어 다시 묻지 않습니다.",
    },
    "BudgetError": {
        "en": "Ask again with a larger limit, fewer rounds or fewer specialists.",
        "ko": "한도를 늘리거나 라운드 또는 전문가 수를 줄여 다시 질문하세요.",
    },
    "TimeLimitError": {
        "en": "Try again: it goes on from the last finished step. Fewer rounds take less time.",
        "ko": "다시 시도하면 마지막으로 마친 단계부터 이어집니다. 라운드를 줄이면 더 빨리"
        " 끝납니다.",
    },
    "QuarantinedError": {
        "en": "Check the worker's memory and its log, then let it go on by hand.",
        "ko": "작업자의 메모리와 로그를 확인한 뒤 직접 이어서 진행하세요.",
    },
}
