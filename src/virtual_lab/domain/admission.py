"""Admission: the rules by which a source that was found online may be used."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from virtual_lab.domain.value import Value

MAX_PLACES = 100

_PLACE = re.compile(r"10\.\d{4,9}/\S*|[^/:@\s.]+(\.[^/:@\s.]+)+")


def _real(written: str) -> str:
    """The date, if it exists; a missing month or day counts as the first."""
    try:
        date.fromisoformat(f"{written}-01-01"[:10] if len(written) == 4 else f"{written}-01"[:10])
    except ValueError:
        raise ValueError("it is no date such as 2015, 2015-06 or 2015-06-30") from None
    return written


def _bare(place: object) -> object:
    if not isinstance(place, str):
        return place
    bare = place.strip().lower().removeprefix("www.")
    if not _PLACE.fullmatch(bare):
        raise ValueError(
            "it is neither a domain such as efsa.europa.eu nor the beginning of a DOI such as"
            " 10.2903/"
        )
    return bare


PartialDate = Annotated[
    str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_real)
]
"""A year, a month or a day: 2015, 2015-06 or 2015-06-30."""
Place = Annotated[str, BeforeValidator(_bare)]
"""A domain with its subdomains, or the beginning of a DOI."""
LanguageCode = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z]{2,3}$")]
"""A code of ISO 639, such as en or ko."""


def is_window(since: str | None, until: str | None) -> bool:
    """Whether ``until`` is not before ``since``, where both are given."""
    return not (since and until) or until >= since[: len(until)]


class Admission(Value):
    """A window of publication dates, languages, and domains or DOI prefixes.

    If ``allow`` names any domain, no others may be used; ``deny`` overrides ``allow``.
    """

    since: PartialDate | None = None
    until: PartialDate | None = None
    languages: tuple[LanguageCode, ...] = ()
    allow: Annotated[tuple[Place, ...], Field(max_length=MAX_PLACES)] = ()
    deny: Annotated[tuple[Place, ...], Field(max_length=MAX_PLACES)] = ()

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if not is_window(self.since, self.until):
            raise ValueError(f"until ({self.until}) is before since ({self.since})")
        return self
