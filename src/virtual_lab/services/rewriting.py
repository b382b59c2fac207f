"""Rewriting: one section of a report again, or all of it in another language, as a new version."""

from __future__ import annotations

import asyncio

from virtual_lab.domain import Language
from virtual_lab.errors import NoModelError, NotFoundError
from virtual_lab.jobs.rewriting import Rewriting
from virtual_lab.services.service import Service


async def regenerate_section(
    service: Service, report_id: str, version: int | None, section: int | str, feedback: str
) -> int:
    """Write one section again by a reader's feedback; gives the number of the new version.

    If the caller is cancelled, the work stops at once.

    Raises:
        VirtualLabError: there is no such report, section or model, or the model failed.
    """
    rewriting = await _open(service, report_id, version)
    return await service.synchronous.do(lambda: rewriting.regenerate(section, feedback))


async def translate_report(
    service: Service, report_id: str, version: int | None, language: Language
) -> int:
    """Translate a report; gives the number of the new version.

    If the caller is cancelled, the work stops at once.

    Raises:
        VirtualLabError: there is no such report or model, or the model failed.
    """
    rewriting = await _open(service, report_id, version)
    return await service.synchronous.do(lambda: rewriting.translate(language))


def can_rewrite(service: Service, report_id: str) -> bool:
    """Whether a model is configured that can rewrite a report."""
    try:
        Rewriting.open(service.store, service.settings, report_id)
    except (NoModelError, NotFoundError):
        return False
    return True


async def _open(service: Service, report_id: str, version: int | None) -> Rewriting:
    return await asyncio.to_thread(
        Rewriting.open, service.store, service.settings, report_id, version
    )
