"""What FastAPI hands to every call: the service of the process, and the caller's name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from virtual_lab.services.service import Service


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Here = Annotated[Service, Depends(_service)]
"""The service, for the calls."""


async def _caller(request: Request) -> str | None:
    caller: str | None = request.scope["caller"]
    return caller


Caller = Annotated[str | None, Depends(_caller)]
"""The name of the API key that a call came with, for the calls."""
