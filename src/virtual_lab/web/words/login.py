"""Words of signing in and out."""

from __future__ import annotations

from virtual_lab.domain import Language

TEXT: dict[str, dict[Language, str]] = {
    "sign_in": {"en": "Sign in", "ko": "로그인"},
    "sign_out": {"en": "Sign out", "ko": "로그아웃"},
    "sign_in_why": {
        "en": "This lab is open to those who have an API key.",
        "ko": "API 키가 있어야 이용할 수 있습니다.",
    },
    "api_key": {"en": "API key", "ko": "API 키"},
    "api_key_hint": {
        "en": "Whoever runs this lab makes one with “virtual-lab keys add NAME”.",
        "ko": "운영자가 ‘virtual-lab keys add 이름’으로 만들어 줍니다.",
    },
    "wrong_key": {
        "en": "This API key is not known. Check that all of it was copied.",
        "ko": "등록되지 않은 API 키입니다. 빠짐없이 복사했는지 확인해 주세요.",
    },
    "too_many_keys": {
        "en": "Too many wrong keys came from your address. Wait a minute, then try again.",
        "ko": "잘못된 키가 너무 많이 입력되었습니다. 1분 뒤에 다시 시도해 주세요.",
    },
}
