"""Sessions of browsers: who has shown an API key need not show it with every page."""

from __future__ import annotations

import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from virtual_lab.atomic_file import read_or_create
from virtual_lab.settings import Settings

COOKIE = "session"
SECRET_FILE = "session-secret"  # noqa: S105 - the name of the file

_SECRET_BYTES = 32
_HOUR_S = 3600


class Sessions:
    """Cookies that name a key and are signed, so that nobody can make one.

    They hold no secret. A session ends when its time is over, its key is removed, or the secret
    that signs is changed.

    Args:
        settings: of this process. All API processes of a service need the same secret: that of the
            settings, else one of the data folder.
    """

    def __init__(self, settings: Settings) -> None:
        given = settings.session_secret
        secret = given.get_secret_value() if given else _kept(settings)
        self._longest_s = int(settings.session_hours * _HOUR_S)
        self._serializer = URLSafeTimedSerializer(secret, salt="virtual-lab session")

    def read(self, cookie: str | None) -> str | None:
        """The id of the key that a cookie names; None where it is forged or too old."""
        try:
            key_id = self._serializer.loads(cookie or "", max_age=self._longest_s)
        except BadSignature:
            return None
        return key_id if isinstance(key_id, str) else None

    def begin(self, request: Request, answer: Response, key_id: str) -> None:
        """Let the browser that gets this answer be known."""
        answer.set_cookie(
            COOKIE,
            str(self._serializer.dumps(key_id)),
            max_age=self._longest_s,
            httponly=True,
            samesite="lax",
            secure=is_by_tls(request),
        )

    def end(self, answer: Response) -> None:
        """Let the browser that gets this answer be forgotten."""
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax")


def is_by_tls(request: Request) -> bool:
    """Whether a browser called by TLS: the server, or a proxy that is believed, says so, or the
    browser itself, where a proxy says nothing."""
    return "https" in (request.url.scheme, request.headers.get("origin", "").partition("://")[0])


def _kept(settings: Settings) -> str:
    """The secret of the data folder."""
    return read_or_create(settings.data_dir / SECRET_FILE, lambda: secrets.token_hex(_SECRET_BYTES))
