"""The ASGI app of the service: the HTTP API and the pages."""

from __future__ import annotations

from fastapi import FastAPI

from virtual_lab.api import make_app
from virtual_lab.api.library import is_upload
from virtual_lab.settings import Settings
from virtual_lab.web import (
    home,
    language_choice,
    library,
    login,
    quotes,
    reports,
    runs,
    static,
    system,
    versions,
)
from virtual_lab.web.not_a_page import refuse_page, show_missing_pages


def make_site(settings: Settings) -> FastAPI:
    """The app of one process. Nothing is opened before the server starts it."""
    app = make_app(settings, is_upload=_is_upload, is_open=_is_open, refusal=refuse_page)
    show_missing_pages(app)
    for module in (
        home,
        runs,
        reports,
        quotes,
        versions,
        library,
        system,
        language_choice,
        login,
        static,
    ):
        app.include_router(module.router)
    app.mount(static.FOLDER, static.files_of_pages())
    return app


def _is_open(path: str) -> bool:
    """Whether a path is served to users who have not signed in."""
    return path in (login.LOGIN, language_choice.CHOOSE) or path.startswith(f"{static.FOLDER}/")


def _is_upload(path: str) -> bool:
    """Whether a form or call to a path may contain files."""
    return path in (home.ASK, library.UPLOAD) or is_upload(path)
