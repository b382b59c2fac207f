"""The system page: the checks of the doctor, the queue, the workers and the providers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from virtual_lab.doctor import CheckOutcome, examine
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.services.service import Service
from virtual_lab.web.check_text import tell
from virtual_lab.web.language import language_of
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page
from virtual_lab.web.providers import offered

router = APIRouter(prefix="/system", include_in_schema=False, route_class=PageRoute)


@router.get("")
def show_system(request: Request, service: CurrentService) -> HTMLResponse:
    """The page, with checks that are made now."""
    return _page(request, service, online=False)


@router.post("/providers")
def ask_providers(request: Request, service: CurrentService) -> HTMLResponse:
    """The page, with a check of each provider of literature."""
    return _page(request, service, online=True)


def _page(request: Request, service: Service, online: bool) -> HTMLResponse:
    language = language_of(request)
    providers = offered(service.settings, language)
    ids = {provider.id for provider in providers}
    # The check of the terminal concerns the server, where no one reads reports.
    found = [check for check in examine(online) if check.name != "terminal"]
    runs = service.store.runs
    return page(
        request,
        "system",
        checks=[tell(check, language) for check in found if check.name not in ids],
        answers={check.name: tell(check, language) for check in found if check.name in ids},
        failing=sum(check.outcome is CheckOutcome.FAIL for check in found),
        counts=runs.counts(),
        waiting=sum(runs.waiting().values()),
        longest_wait=_duration(runs.longest_wait_s()),
        held=service.store.leases.held(),
        providers=providers,
    )


def _duration(seconds: float) -> str:
    """Hours, minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
