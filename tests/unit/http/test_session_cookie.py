"""Sessions of browsers."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from virtual_lab.http.session_cookie import COOKIE, begin_session
from virtual_lab.services.sessions import SECRET_FILE, Sessions
from virtual_lab.settings import Settings


def cookie_of(
    sessions: Sessions, scheme: str = "http", key_id: str = "k1", origin: str = ""
) -> tuple[str, str]:
    """The value of a new cookie, and all of its header."""
    headers = [(b"origin", origin.encode())] if origin else []
    scope = {"type": "http", "scheme": scheme, "server": ("lab", 80), "path": "/"}
    scope["headers"] = headers
    answer = Response()
    begin_session(sessions, Request(scope), answer, key_id)
    header = answer.headers["set-cookie"]
    return header.partition(";")[0].removeprefix(f"{COOKIE}="), header


def settings_in(folder: Path, **values: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **values)


def test_the_processes_of_a_data_folder_know_the_cookies_of_each_other(tmp_path: Path) -> None:
    value, _ = cookie_of(Sessions(settings_in(tmp_path / "data")))
    assert Sessions(settings_in(tmp_path / "data")).read(value) == "k1"
    assert Sessions(settings_in(tmp_path / "other")).read(value) is None
    assert [file.name for file in (tmp_path / "data").iterdir()] == [SECRET_FILE]


def test_machines_with_the_same_setting_know_the_cookies_of_each_other(tmp_path: Path) -> None:
    one, two = (
        Sessions(settings_in(tmp_path / name, session_secret="s" * 32)) for name in ("one", "two")
    )
    assert two.read(cookie_of(one)[0]) == "k1"
    assert not (tmp_path / "one").exists()


def test_a_session_ends_with_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(settings_in(tmp_path, session_hours=1))
    value, header = cookie_of(sessions)
    assert "Max-Age=3600" in header
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 4e9)
    assert sessions.read(value) is None


@pytest.mark.parametrize("value", [None, "", "x", "..", "한글", "WyJrMSJd.aaaa.bbbb"])
def test_what_was_not_signed_here_is_no_session(tmp_path: Path, value: str | None) -> None:
    assert Sessions(settings_in(tmp_path)).read(value) is None


def test_over_https_the_cookie_stays_there(tmp_path: Path) -> None:
    sessions = Sessions(settings_in(tmp_path))
    assert "Secure" in cookie_of(sessions, "https")[1]
    assert "Secure" not in cookie_of(sessions, "http")[1]


def test_a_browser_tells_of_tls_where_a_proxy_does_not(tmp_path: Path) -> None:
    sessions = Sessions(settings_in(tmp_path))
    assert "Secure" in cookie_of(sessions, origin="https://lab.example")[1]
    assert "Secure" not in cookie_of(sessions, origin="http://lab.example")[1]
