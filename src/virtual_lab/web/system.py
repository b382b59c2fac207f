"""The system: what works here, and what to do about the rest."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from virtual_lab.api.service import Here
from virtual_lab.doctor import Outcome, examine
from virtual_lab.web.pages import page
from virtual_lab.web.routing import PageRoute

router = APIRouter(prefix="/system", include_in_schema=False, route_class=PageRoute)


@router.get("")
def show_system(request: Request, service: Here) -> HTMLResponse:
    """The doctor's checks, made now, and the runs by state."""
    # The terminal is that of the server; nobody reads reports there.
    checks = [check for check in examine() if check.name != "terminal"]
    return page(
        request,
        "system",
        checks=checks,
        failing=sum(check.outcome is Outcome.FAIL for check in checks),
        counts=service.store.runs.counts(),
    )
