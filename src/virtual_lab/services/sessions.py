"""Sessions of browsers, which replace the API key after a user has signed in with it."""

from __future__ import annotations

import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer

from virtual_lab.atomic_file import read_or_create
from virtual_lab.settings import Settings

SECRET_FILE = "session-secret"  # noqa: S105 - the name of the file

_SECRET_BYTES = 32
_HOUR_S = 3600


class Sessions:
    """Makes and reads sessions: signed texts with the id of a key, kept by browsers as cookies.

    A session holds no secret, but nobody can forge its signature. It ends when its time is over,
    its key is removed, or the secret for signing is changed.

    Args:
        settings: the settings of this process. All API processes of a service need the same
            secret: that of the settings, else the one in the data folder.

    Attributes:
        longest_s: how long a session lasts, in seconds.
    """

    def __init__(self, settings: Settings) -> None:
        given = settings.session_secret
        secret = given.get_secret_value() if given else _stored_secret(settings)
        self.longest_s = int(settings.session_hours * _HOUR_S)
        self._serializer = URLSafeTimedSerializer(secret, salt="virtual-lab session")

    def make(self, key_id: str) -> str:
        """A new session of a key."""
        return str(self._serializer.dumps(key_id))

    def read(self, session: str | None) -> str | None:
        """The id of the key that a session names; None where it is forged or too old."""
        try:
            key_id = self._serializer.loads(session or "", max_age=self.longest_s)
        except BadSignature:
            return None
        return key_id if isinstance(key_id, str) else None


def _stored_secret(settings: Settings) -> str:
    """The secret in the data folder, which is made where it is missing."""
    return read_or_create(settings.data_dir / SECRET_FILE, lambda: secrets.token_hex(_SECRET_BYTES))
