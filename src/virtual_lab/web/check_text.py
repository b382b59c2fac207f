"""The doctor's checks in the language of the page."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.doctor import Check
from virtual_lab.domain import Language
from virtual_lab.messages import has, say


class CheckText(NamedTuple):
    """A check in words; ``remedy`` is "" where nothing needs to be done."""

    name: str
    outcome: str
    found: str
    remedy: str


def tell(check: Check, language: Language) -> CheckText:
    """A check in the language of a page; providers are called by their own names."""
    code = f"doctor.name_{check.name}"
    return CheckText(
        name=say(code, language) if has(code) else check.name,
        outcome=check.outcome.value,
        found=check.found.text(language),
        remedy=check.remedy.text(language) if check.remedy else "",
    )
