"""The settings of the service: its databases, keys, limits, retention and logs."""

from __future__ import annotations

import ssl
from base64 import b64decode
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr, field_validator

from virtual_lab.settings.addresses import ESCAPES, is_plain_address, redis_address
from virtual_lab.settings.limits import OR_NONE


class ServiceSettings(BaseModel):
    """Databases, keys, limits, retention and logs."""

    redis_url: SecretStr | None = Field(
        None,
        validation_alias="REDIS_URL",
        description="Address of Redis or Valkey; where unset, one is started in the data folder.",
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="Address of the database of runs; where unset, a file in the data folder.",
    )
    ca_bundle: Path | None = Field(
        None,
        description="A PEM file of certificates, such as a company's own, that are believed besides"
        " the system's.",
    )
    max_pending: int = Field(
        10_000, ge=1, description="Most runs that may wait for a worker; one more is refused (429)."
    )
    api_key: SecretStr | None = Field(None, description="API key that the Python client shows.")
    key_calls_per_minute: int = Field(
        600, ge=0, description="Most calls with one API key in a minute; 0 for any number."
    )
    key_max_pending: int = Field(
        1000, ge=1, description="Most runs of one API key that may wait; one more is refused (429)."
    )
    serve_network_without_keys: bool = Field(
        False,
        description="Serve other machines too while there is no API key: whoever reaches the port"
        " reads and changes everything.",
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1,::1",
        validation_alias="FORWARDED_ALLOW_IPS",
        description="Addresses and networks of proxies, with commas between, that are believed who"
        " calls through them, and whether by TLS; * for all.",
    )
    session_hours: float = Field(
        168.0, gt=0, description="How long a browser stays signed in, in hours."
    )
    session_secret: SecretStr | None = Field(
        None, min_length=32, description="Signs sessions; where unset, a file of the data folder."
    )
    cors_origins: str = Field(
        "", description="Origins whose pages may call the API with a key, with commas between."
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description='Signs webhooks: "whsec_" and 24 to 64 random bytes in base64; without one,'
        " there are none.",
    )
    webhook_loopback: bool = Field(
        False, description="Let webhooks lead to this machine, for development and tests."
    )
    keep_events_days: Annotated[float | None, OR_NONE] = Field(
        30, ge=0, description="How long the log of a run is kept after its end, in days; 0: always."
    )
    keep_events: Annotated[int | None, OR_NONE] = Field(
        1_000_000, ge=0, description="Most lines in all logs; the oldest go first. 0: no limit."
    )
    keep_events_mb: Annotated[float | None, OR_NONE] = Field(
        None, ge=0, description="Most megabytes of all logs; the oldest go first. 0: no limit."
    )
    keep_calls_days: Annotated[float | None, OR_NONE] = Field(
        90, ge=0, description="How long the model calls of a run are kept, in days; 0: always."
    )
    keep_calls: Annotated[int | None, OR_NONE] = Field(
        100_000, ge=0, description="Most model calls that are kept; 0: no limit."
    )
    keep_calls_mb: Annotated[float | None, OR_NONE] = Field(
        None, ge=0, description="Most megabytes of answers of model calls; 0: no limit."
    )
    keep_docs_days: Annotated[float | None, OR_NONE] = Field(
        30,
        ge=0,
        description="How long what --docs named stays read after it was last asked, in days;"
        " 0: always.",
    )
    keep_checkpoints_days: Annotated[float | None, OR_NONE] = Field(
        14, ge=0, description="How long a run can go on where it failed, in days; 0: always."
    )
    keep_runs_days: Annotated[float | None, OR_NONE] = Field(
        90, ge=0, description="How long a run without a report is kept, in days; 0: always."
    )
    keep_runs: Annotated[int | None, OR_NONE] = Field(
        100_000, ge=0, description="Most runs without a report that are kept; 0: no limit."
    )
    keep_reports_days: Annotated[float | None, OR_NONE] = Field(
        None, ge=0, description="How long a report is kept, in days; 0: until it is deleted."
    )
    lease_s: float = Field(
        60.0,
        ge=1,
        description="How long a worker may be silent until another one takes its run, in seconds.",
    )
    drain_s: float = Field(
        20.0,
        ge=0,
        description="How long a run may go on in a worker that shuts down, in seconds.",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="Form of the log; auto takes console on a terminal, else json."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important lines that are logged."
    )

    @field_validator("ca_bundle")
    @classmethod
    def _readable(cls, bundle: Path | None) -> Path | None:
        try:
            if bundle:
                ssl.create_default_context(cafile=bundle)
        except OSError as error:
            why = error.strerror if bundle and not bundle.is_file() else "no certificates in PEM"
            raise ValueError(f"{bundle}: {why}") from None
        return bundle

    @field_validator("webhook_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        try:
            if secret is None or 24 <= len(_bytes_of(secret)) <= 64:
                return secret
        except ValueError:
            pass
        raise ValueError('it is not "whsec_" and 24 to 64 bytes in base64')

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _addresses(cls, value: str) -> str:
        """Refuse values that the server would take for a host name and so match no proxy."""
        for item in map(str.strip, value.split(",")):
            # A value that begins with "/" is the path of a socket.
            if value.strip() != "*" and not item.startswith("/"):
                try:
                    ip_network(item)
                except ValueError as error:
                    raise ValueError(
                        f"{error}; write addresses such as 10.0.0.5 and networks such as"
                        " 10.0.0.0/8 with commas between, or * alone"
                    ) from None
        return value

    @field_validator("database_url")
    @classmethod
    def _one_reading(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse addresses that SQLAlchemy and libpq read differently, as with a "/" or "%" in the
        password, since logs could then show a part of the password."""
        url = value.get_secret_value() if value else ""
        if url.lower().startswith("postgres") and not is_plain_address(url):
            raise ValueError(f"write it as postgresql://USER:PASSWORD@HOST:PORT/NAME; {ESCAPES}")
        return value

    @field_validator("redis_url")
    @classmethod
    def _broker_address(cls, value: SecretStr | None) -> SecretStr | None:
        return redis_address(value)


def _bytes_of(secret: SecretStr) -> bytes:
    return b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
