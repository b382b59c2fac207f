"""The system: what works here, and what to do about the rest; who works, and what waits."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from virtual_lab.doctor import CheckOutcome, examine
from virtual_lab.http.dependencies import Here
from virtual_lab.services.service import Service
from virtual_lab.web.check_text import tell
from virtual_lab.web.language import language_of
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page
from virtual_lab.web.providers import offered

router = APIRouter(prefix="/system", include_in_schema=False, route_class=PageRoute)


@router.get("")
def show_system(request: Request, service: Here) -> HTMLResponse:
    """The doctor's checks, made now; the queue, who works on it, and the providers."""
    return _page(request, service, online=False)


@router.post("/providers")
def ask_providers(request: Request, service: Here) -> HTMLResponse:
    """The same, and what each provider of literature answers now."""
    return _page(request, service, online=True)


def _page(request: Request, service: Service, online: bool) -> HTMLResponse:
    language = language_of(request)
    providers = offered(service.settings, language)
    ids = {provider.id for provider in providers}
    # The terminal is that of the server; nobody reads reports there.
    found = [check for check in examine(online) if check.name != "terminal"]
    runs = service.store.runs
    return page(
        request,
        "system",
        checks=[tell(check, language) for check in found if check.name not in ids],
        answers={check.name: check for check in found if check.name in ids},
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
