"""Settings come from the environment, and no listing of them tells a secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from virtual_lab.errors import SettingError
from virtual_lab.settings import Settings, describe, load_settings, variable

SECRET = "bm90LWZvci15b3VyLWV5ZXMtYXQtYWxsLW5vdA=="
SECRETS = [
    name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of the developer's own, and nothing kept from the test before."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    monkeypatch.setattr("virtual_lab.settings.settings._project_folder", lambda: None)
    monkeypatch.chdir(tmp_path)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


def test_without_any_setting_all_defaults_hold() -> None:
    settings = load_settings()
    assert settings == Settings(_env_file=None)
    assert settings.library_path.parent == settings.data_dir
    assert settings.broker_url is None
    assert settings.store_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("VIRTUAL_LAB_ROUNDS", "5", "rounds", 5),
        ("VIRTUAL_LAB_DATA_DIR", "/data", "data_dir", Path("/data")),
        ("VIRTUAL_LAB_LANGUAGE", "ko", "language", "ko"),
        ("REDIS_URL", "redis://h/0", "broker_url", "redis://h/0"),
        ("DATABASE_URL", "postgresql://h/db", "store_url", "postgresql://h/db"),
        ("OPENAI_API_KEY", SECRET, "openai_api_key", SecretStr(SECRET)),
        ("VIRTUAL_LAB_MAX_TOKENS", "0", "max_tokens", None),
        ("VIRTUAL_LAB_MAX_COST", "none", "max_cost", None),
        ("VIRTUAL_LAB_MAX_MINUTES", "None", "max_minutes", None),
        ("LLM_TEMPERATURE", "0.5", "temperature", 0.5),
    ],
)
def test_a_variable_sets_a_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, expected: object
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(), field) == expected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hidden#1@h/x",
        "postgresql://u:hidden/1@h/x",
        "postgresql://u:1/hidden@h/x",
        "postgresql://u:hidden?1@h/x",
        "postgresql://u:hidden@1@h/x",
        "postgresql://u:hidden%zz@h/x",
        "postgres://u:hidden@h:port/x",
        "postgresql://[::1/x",
    ],
)
def test_an_address_of_a_database_that_is_read_in_two_ways_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SettingError, match=r"^[^:]*: DATABASE_URL: .*%2F") as caught:
        load_settings()
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:a%2Fb-_.!~:$@h:5432/x?sslmode=require",
        "postgresql://[::1]:5432/x",
        "postgresql+psycopg://u@h",
        "postgresql:///x?host=/run/postgresql",
    ],
)
def test_an_address_of_a_database_that_is_clear_is_taken(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert load_settings().store_url == url


@pytest.mark.parametrize("value", ["10.0.0.5/8", "proxy", "127.0.0.1,", "*,10.0.0.5", "10.0.0.500"])
def test_a_trusted_proxy_that_would_not_be_trusted_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", value)
    with pytest.raises(SettingError, match=r"FORWARDED_ALLOW_IPS: .*10\.0\.0\.0/8"):
        load_settings()


@pytest.mark.parametrize("value", ["*", "127.0.0.1, ::1", "10.0.0.0/8,/run/lab.sock"])
def test_trusted_proxies_are_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", value)
    assert load_settings().forwarded_allow_ips == value


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_LAB_ROUNDS", "")
    monkeypatch.setenv("REDIS_URL", "")
    assert load_settings() == Settings(_env_file=None)


def test_a_file_in_the_working_directory_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = "VIRTUAL_LAB_ROUNDS=1\nVIRTUAL_LAB_COLLECTION=식품\nUNKNOWN=1\n"
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("VIRTUAL_LAB_ROUNDS", "2")
    settings = load_settings()
    assert (settings.rounds, settings.collection) == (2, "식품")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VIRTUAL_LAB_ROUNDS", "99"),
        ("VIRTUAL_LAB_ROUNDS", "many"),
        ("VIRTUAL_LAB_READ_TIMEOUT_S", "0"),
        ("VIRTUAL_LAB_LANGUAGE", "fr"),
        ("LLM_MAX_TOKENS", "-1"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=rf"{name}: \w+") as raised:
        load_settings()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("field", SECRETS)
def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    is_address = field in ("redis_url", "cache_url")
    monkeypatch.setenv(variable(field), f"redis://:{SECRET}@host:1/0" if is_address else SECRET)
    settings = load_settings()
    rows = {row.name: row.value for row in describe(settings)}
    assert rows[variable(field)] == "********"
    assert SECRET not in f"{rows} {settings!r} {settings}"


def test_the_secrets_are_what_one_would_think() -> None:
    keys = {name for name in Settings.model_fields if name.endswith(("_key", "_password"))}
    assert keys | {"redis_url", "database_url"} <= set(SECRETS)


def test_every_setting_is_described_once() -> None:
    rows = describe(load_settings())
    assert len({row.name for row in rows}) == len(rows) == len(Settings.model_fields)
    for row in rows:
        assert row.help.endswith("."), row.name
    assert next(row.default for row in rows if row.name == "VIRTUAL_LAB_ROUNDS") == "3"


@pytest.mark.parametrize("variable", ["REDIS_URL", "VIRTUAL_LAB_CACHE_URL", "DATABASE_URL"])
@pytest.mark.parametrize(
    "rest",
    [
        "://:x/open-sesame@127.0.0.1:1/0",
        "://user:x#open-sesame@127.0.0.1:1/0",
        "://user:x?open-sesame@127.0.0.1:1/0",
        "://user:x@open-sesame@127.0.0.1:1/0",
        "://127.0.0.1:open-sesame/0",
        "://127.0.0.1:1/0?password=open-sesame",
        ":user:open-sesame@127.0.0.1:1/0",
    ],
)
def test_a_malformed_address_is_refused_without_its_password(
    variable: str, rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = "postgresql" if variable == "DATABASE_URL" else "redis"
    monkeypatch.setenv(variable, scheme + rest)
    with pytest.raises(SettingError, match=f"{variable}: write it as") as raised:
        load_settings.__wrapped__()
    assert "open-sesame" not in str(raised.value)
