"""The dependencies that FastAPI gives to calls: the service, and the name of the caller."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from virtual_lab.services.service import Service


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


CurrentService = Annotated[Service, Depends(_service)]
"""The service of this process."""


async def _caller(request: Request) -> str | None:
    caller: str | None = request.scope["caller"]
    return caller


Caller = Annotated[str | None, Depends(_caller)]
"""The name of the API key of a call; None where it came without one."""
