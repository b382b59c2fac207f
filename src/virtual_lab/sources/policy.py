"""The source policy: how much authority a source has, and whether it may be used.

The policy is data. The built-in authorities are ``authorities.csv``; a TOML file may add others
and restrict what is used::

    since = "2015"                  # published in or after; also "2015-06" or "2015-06-30"
    until = "2025"
    languages = ["en", "ko"]
    allow = ["efsa.europa.eu", "10.2903/"]  # these domains and DOI prefixes, and no others
    deny = ["example.com"]

    [[authority]]
    tier = "authority"              # or "peer-reviewed", "other"
    by = "domain"                   # or "doi" (a prefix), "venue", "type"
    value = "example.org"
    name = "Example Agency"
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, ValidationError

from virtual_lab.domain import Admission, Source, Tier, Value
from virtual_lab.errors import SettingError
from virtual_lab.messages import Message


class Authority(Value):
    """A rule that gives a tier to the sources of a domain, DOI prefix, venue or type."""

    tier: Tier
    by: Literal["domain", "doi", "venue", "type"]
    value: Annotated[str, StringConstraints(to_lower=True, min_length=1)]
    name: str = ""


class Policy(Admission):
    """Which sources may be used, and their authority."""

    authorities: tuple[Authority, ...] = Field(default=(), alias="authority")

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The policy of a TOML file on top of the built-in authorities.

        Raises:
            SettingError: the file cannot be read, or is no valid policy.
        """
        if path is None:
            return cls(authority=builtin_authorities())
        try:
            written = cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingError("setting.source_policy", file=path, problem=error) from None
        except ValidationError as error:
            problem = error.errors()[0]
            where = "".join(f"{place}: " for place in [".".join(map(str, problem["loc"]))] if place)
            raise SettingError(
                "setting.source_policy_field", file=path, where=where, problem=problem["msg"]
            ) from None
        merged = (*written.authorities, *builtin_authorities())
        return written.model_copy(update={"authorities": merged})

    def tier(self, source: Source) -> Tier:
        """The highest tier that a rule gives to the source."""
        tiers = {rule.tier for rule in self.authorities if _applies(rule, source)}
        return next((tier for tier in Tier if tier in tiers), Tier.OTHER)

    def refuse(self, source: Source, admission: Admission | None = None) -> Message | None:
        """Why a source may not be used; None where it may. What is not known is no reason.

        Args:
            source: a source that was found.
            admission: the restrictions of one run, which apply as well.
        """
        if source.retracted:
            return Message.of("source.retracted")
        return _exclusion(self, source) or (_exclusion(admission, source) if admission else None)


def _exclusion(admission: Admission, source: Source) -> Message | None:
    """Why restrictions exclude a source; None where they do not."""
    denied = next((place for place in admission.deny if _belongs_to(source, place)), None)
    if denied:
        return Message.of("source.denied", place=denied)
    if admission.allow and not any(_belongs_to(source, place) for place in admission.allow):
        return Message.of("source.not_allowed")
    if admission.languages and source.language not in admission.languages:
        return Message.of("source.language", language=source.language)
    date = source.published or (str(source.year) if source.year else "")
    if date and admission.since and date < admission.since[: len(date)]:
        return Message.of("source.older", date=admission.since)
    if date and admission.until and date[: len(admission.until)] > admission.until:
        return Message.of("source.newer", date=admission.until)
    return None


@cache
def builtin_authorities() -> tuple[Authority, ...]:
    """The rules of ``authorities.csv``."""
    text = resources.files("virtual_lab.sources").joinpath("authorities.csv").read_text("utf-8")
    return tuple(Authority.model_validate(row) for row in csv.DictReader(text.splitlines()))


def domain_of(url: str | None) -> str:
    """The host of a URL without "www."; "" where there is none."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.").rstrip(".")


def _is_in_domain(domain: str, parent: str) -> bool:
    """Whether ``domain`` is ``parent`` or one of its subdomains."""
    return domain == parent or domain.endswith(f".{parent}")


def _belongs_to(source: Source, place: str) -> bool:
    """Whether a source belongs to ``place``, a DOI prefix or the domain of one of its addresses."""
    if place.startswith("10.") and "/" in place:
        return (source.doi or "").startswith(place)
    return any(_is_in_domain(domain_of(url), place) for url in (source.url, source.open_access_url))


def _applies(rule: Authority, source: Source) -> bool:
    match rule.by:
        case "domain":
            return _is_in_domain(domain_of(source.url), rule.value)
        case "doi":
            return (source.doi or "").startswith(rule.value)
        case "venue":
            return (source.venue or "").lower() == rule.value
        case "type":
            return source.type == rule.value
