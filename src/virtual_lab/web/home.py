"""The home page: a form for a question, an estimate of its run, and the recent runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from virtual_lab.analysts.model.model_names import is_configured
from virtual_lab.bootstrap.library import open_index
from virtual_lab.doctor import analyst
from virtual_lab.domain import (
    MAX_ROUNDS,
    MAX_SPECIALISTS,
    MAX_TOPIC_LENGTH,
    MIN_SPECIALISTS,
    Language,
    Question,
)
from virtual_lab.errors import InvalidInputError, NotFoundError, QueueFullError, VirtualLabError
from virtual_lab.http.dependencies import Caller, CurrentService
from virtual_lab.library.starter import STARTER
from virtual_lab.services.service import Service
from virtual_lab.services.uploads import MOST_FILES, Uploads
from virtual_lab.settings import Settings
from virtual_lab.store import Submission, SubmissionKey
from virtual_lab.web.collection_listing import (
    FileOutcome,
    add_files,
    chosen,
    own_collections,
    require,
)
from virtual_lab.web.failing import line
from virtual_lab.web.language import language_of
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page
from virtual_lab.web.providers import offered
from virtual_lab.web.question_form import QuestionForm, faults_of
from virtual_lab.web.run_estimate import Outlook, outlook

ASK = "/runs"
EXAMPLES: tuple[tuple[Language, str], ...] = (
    ("ko", "유전자교정 식품의 안전성은 어떻게 평가하는가?"),
    ("en", "Which data does the safety assessment of a novel food need?"),
    ("ko", "EU와 일본은 새로운 유전체 기술 식품을 어떻게 규제하는가?"),
    ("en", "How does Codex compare a modified plant with its conventional counterpart?"),
)
"""Questions that the starter library can answer."""

_RECENT_RUNS = 8

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/")
def home(
    request: Request,
    service: CurrentService,
    topic: str = "",
    collection: str = "",
    constraints: str | None = None,
    language: str | None = None,
    rounds: str | None = None,
    specialists: str | None = None,
    model: str | None = None,
    sources: Annotated[list[str] | None, Query()] = None,
    urls: str | None = None,
    minutes: str | None = None,
    tokens: str | None = None,
    cost: str | None = None,
    key: str | None = None,
) -> HTMLResponse:
    """The form, filled in from the parameters of the URL, and the estimate of its run."""
    named: dict[str, Any] = {
        "constraints": constraints,
        "language": language,
        "rounds": rounds,
        "specialists": specialists,
        "model": model,
        "urls": urls,
        "minutes": minutes,
        "tokens": tokens,
        "cost": cost,
        "key": key,
    }
    blank = QuestionForm.blank(service.settings, topic, collection)
    form = blank._replace(**{name: value for name, value in named.items() if value is not None})
    if sources is not None or key is not None:
        # A form that was sent for an estimate names only the providers that are ticked.
        form = form._replace(sources=tuple(sources or ()))
    return _form(request, service, form)


@router.post(ASK)
def ask(
    request: Request,
    service: CurrentService,
    caller: Caller,
    topic: Annotated[str, Form()] = "",
    constraints: Annotated[str, Form()] = "",
    collection: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "auto",
    rounds: Annotated[str | None, Form()] = None,
    specialists: Annotated[str, Form()] = "",
    model: Annotated[str, Form()] = "",
    sources: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
    urls: Annotated[str, Form()] = "",
    minutes: Annotated[str, Form()] = "",
    tokens: Annotated[str, Form()] = "",
    cost: Annotated[str, Form()] = "",
    key: Annotated[str, Form(max_length=100)] = "",
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Submit a question and redirect to its run; show the form again where it has faults."""
    form = QuestionForm(
        topic=topic,
        constraints=constraints,
        collection=collection,
        language=language,
        rounds=str(service.settings.rounds) if rounds is None else rounds,
        specialists=specialists,
        model=model,
        sources=tuple(sources),
        urls=urls,
        minutes=minutes,
        tokens=tokens,
        cost=cost,
        key=key or str(uuid4()),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        question, given = form.question(), chosen(files)
        if given and collection in ("", STARTER):
            form = form._replace(collection=service.settings.collection)
            question = form.question()
        unread = _unread(service, form.collection, given)
    except ValidationError as error:
        return _form(request, service, form, status=status, faults=faults_of(error))
    except (InvalidInputError, NotFoundError) as error:
        return _form(request, service, form, status=status, error=error)
    if unread:
        status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        return _form(request, service, form, status=status, unread=unread)
    known = SubmissionKey(form.run_key(question), question.model_dump_json())
    try:
        run = service.queue.submit_all([Submission(question, by=caller)], known)[0]
    except QueueFullError as error:
        return _form(request, service, form, status=error.status, error=error)
    return RedirectResponse(f"/runs/{run.id}", HTTPStatus.SEE_OTHER)


def _unread(service: Service, collection: str, files: Sequence[UploadFile]) -> list[FileOutcome]:
    """Add files to the library; gives those that could not be read.

    Raises:
        NotFoundError: there are no files, and no such collection ("" means all collections).
    """
    with closing(open_index(service.settings)) as index:
        if not files:
            if collection:
                require(index, collection)
            return []
        outcomes = add_files(Uploads(service.settings, index), collection, files)
    return [outcome for outcome in outcomes if outcome.added.error]


def _form(
    request: Request,
    service: Service,
    form: QuestionForm,
    *,
    status: int = HTTPStatus.OK,
    error: VirtualLabError | None = None,
    faults: Sequence[str] = (),
    unread: Sequence[FileOutcome] = (),
) -> HTMLResponse:
    settings = service.settings
    with closing(open_index(settings)) as index:
        collections = own_collections(index)
    return page(
        request,
        "home",
        status=status,
        form=form,
        error=line(error, language_of(request)) if error else "",
        faults=faults,
        unread=unread,
        collections=collections,
        starter=STARTER,
        settings=settings,
        configured=analyst(settings).text(language_of(request)) if is_configured(settings) else "",
        outlook=_outlook(form, settings),
        providers=offered(settings, language_of(request)),
        most_rounds=MAX_ROUNDS,
        teams=range(MIN_SPECIALISTS, MAX_SPECIALISTS + 1),
        longest=MAX_TOPIC_LENGTH,
        most_files=MOST_FILES,
        examples=EXAMPLES,
        recent=service.store.runs.list(limit=_RECENT_RUNS).items,
    )


def _outlook(form: QuestionForm, settings: Settings) -> Outlook:
    """The estimate for a form that may still be empty or have faults."""
    try:
        question = form._replace(topic=form.topic.strip() or "?").question()
    except ValidationError:
        question = Question(topic="?")
    return outlook(question, settings)
