"""What pages are made of besides HTML: style sheets and the script, served from here."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

FOLDER = "/static"

_ASK_AGAIN = {"Cache-Control": "no-cache"}
"""A browser may keep a file, but asks whether it has changed, as it does with a new version."""

router = APIRouter(include_in_schema=False)


@router.get(f"{FOLDER}/report.css")
async def report_css() -> FileResponse:
    """The look of reports, which all pages begin from."""
    path = Path(str(files("virtual_lab.report"))) / "report.css"
    return FileResponse(path, headers=_ASK_AGAIN)


def files_of_pages() -> StaticFiles:
    """All other files."""
    return _PageFiles(directory=Path(str(files("virtual_lab.web"))) / "static")


class _PageFiles(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(_ASK_AGAIN)
        return response
