"""Static files: the style sheets and scripts of the pages."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

FOLDER = "/static"

_REVALIDATE = {"Cache-Control": "no-cache"}
"""A browser may cache a file, but asks whether it has changed, since a new version changes it."""

router = APIRouter(include_in_schema=False)


@router.get(f"{FOLDER}/report.css")
async def report_css() -> FileResponse:
    """The style sheet of reports, on which that of the pages is based."""
    path = Path(str(files("virtual_lab.report"))) / "report.css"
    return FileResponse(path, headers=_REVALIDATE)


def files_of_pages() -> StaticFiles:
    """All other files."""
    return _PageFiles(directory=Path(str(files("virtual_lab.web"))) / "static")


class _PageFiles(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(_REVALIDATE)
        return response
