"""The first page: ask a question, see what will be used, and find the recent runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from virtual_lab.analysts.model.naming import is_configured
from virtual_lab.api.library import UploadedAnswer
from virtual_lab.api.service import Here, Service
from virtual_lab.api.uploads import Uploads
from virtual_lab.doctor import analyst_in_words
from virtual_lab.domain import (
    DEFAULT_ROUNDS,
    MAX_ROUNDS,
    MAX_SPECIALISTS,
    MAX_TOPIC_LENGTH,
    MIN_SPECIALISTS,
    Language,
)
from virtual_lab.errors import InvalidInputError, NotFoundError
from virtual_lab.evidence.opening import open_index
from virtual_lab.evidence.starter import STARTER
from virtual_lab.settings import Settings
from virtual_lab.store import Key, Submission
from virtual_lab.web.asking import Asked
from virtual_lab.web.language import language_of
from virtual_lab.web.pages import page
from virtual_lab.web.routing import PageRoute
from virtual_lab.web.shelving import chosen, own_collections, require, shelve
from virtual_lab.web.wording import say

ASK = "/runs"
EXAMPLES: tuple[tuple[Language, str], ...] = (
    ("ko", "유전자교정 식품의 안전성은 어떻게 평가하는가?"),
    ("en", "Which data does the safety assessment of a novel food need?"),
    ("ko", "EU와 일본은 새로운 유전체 기술 식품을 어떻게 규제하는가?"),
    ("en", "How does Codex compare a modified plant with its conventional counterpart?"),
)
"""Questions that the starter library has answers to."""

_RECENT = 8

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/")
def home(request: Request, service: Here, topic: str = "", collection: str = "") -> HTMLResponse:
    """The form, with a topic and a collection filled in where the address names them."""
    asked = Asked.blank(service.settings, topic[:MAX_TOPIC_LENGTH], collection)
    return _form(request, service, asked)


@router.post(ASK)
def ask(
    request: Request,
    service: Here,
    topic: Annotated[str, Form()] = "",
    constraints: Annotated[str, Form()] = "",
    collection: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "auto",
    rounds: Annotated[str, Form()] = str(DEFAULT_ROUNDS),
    specialists: Annotated[str, Form()] = "",
    minutes: Annotated[str, Form()] = "",
    key: Annotated[str, Form(max_length=100)] = "",
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Take a question in and lead to its run; show the form again where that cannot be."""
    asked = Asked(
        topic, constraints, collection, language, rounds, specialists, minutes, key or str(uuid4())
    )
    try:
        question, given = asked.question(), chosen(files)
        if given and collection in ("", STARTER):
            asked = asked._replace(collection=service.settings.collection)
            question = asked.question()
        unread = _unread(service, asked.collection, given)
    except (InvalidInputError, NotFoundError) as error:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _form(request, service, asked, status=status, error=str(error))
    if unread:
        status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        return _form(request, service, asked, status=status, unread=unread)
    known = Key(asked.run_key(question), question.model_dump_json())
    run = service.queue.submit_all([Submission(question)], known)[0]
    return RedirectResponse(f"/runs/{run.id}", HTTPStatus.SEE_OTHER)


def _unread(service: Service, collection: str, files: Sequence[UploadFile]) -> list[UploadedAnswer]:
    """Add files to the library; gives those that could not be read.

    Raises:
        NotFoundError: there are no files, and no such collection ("" is all of them).
    """
    with closing(open_index(service.settings)) as index:
        if not files:
            if collection:
                require(index, collection)
            return []
        answers = shelve(Uploads(service.settings, index), collection, files)
    return [answer for answer in answers if answer.error]


def _form(
    request: Request,
    service: Service,
    asked: Asked,
    *,
    status: int = HTTPStatus.OK,
    error: str = "",
    unread: Sequence[UploadedAnswer] = (),
) -> HTMLResponse:
    settings = service.settings
    with closing(open_index(settings)) as index:
        collections = own_collections(index)
    return page(
        request,
        "home",
        status=status,
        asked=asked,
        error=error,
        unread=unread,
        collections=collections,
        starter=STARTER,
        settings=settings,
        analyst=analyst_in_words(settings) if is_configured(settings) else "",
        most_rounds=MAX_ROUNDS,
        teams=range(MIN_SPECIALISTS, MAX_SPECIALISTS + 1),
        longest=MAX_TOPIC_LENGTH,
        limits=_limits(settings, language_of(request)),
        examples=EXAMPLES,
        recent=service.store.runs.list(limit=_RECENT).items,
    )


def _limits(settings: Settings, language: Language) -> list[str]:
    """What a run may spend at the most, in words."""
    limits = []
    if settings.max_tokens:
        limits.append(say("limit_tokens", language, tokens=f"{settings.max_tokens:,}"))
    if settings.max_cost:
        limits.append(say("limit_cost", language, cost=f"{settings.max_cost:g}"))
    if settings.max_minutes:
        limits.append(say("limit_minutes", language, minutes=f"{settings.max_minutes:g}"))
    return limits
