"""The Python client of the HTTP API.

    from virtual_lab.client import Lab

    with Lab("http://127.0.0.1:8000") as lab:
        run = lab.research("Which foods need a novel food authorisation in the EU?")
        for event in run.events():
            print(event.current, event.total, event.status)
        print(run.wait())

``AsyncLab`` is the same with ``await`` and ``async for``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

import httpx2
from pydantic import BaseModel, ConfigDict

from virtual_lab.domain import Event, EventKind, Language, Report
from virtual_lab.errors import (
    RunCancelledError,
    UnreachableHostError,
    VirtualLabError,
    restore,
)

URL = "http://127.0.0.1:8000"
TIMEOUT_S = 30.0
REWRITE_TIMEOUT_S = 1800.0
_SILENCE_S = 45.0  # three heartbeats
_PATIENCE_S = 60.0  # of trying to connect again
_TRY_AGAIN_S = 1.0
_LAST = (EventKind.FINISHED, EventKind.FAILED, EventKind.CANCELLED)

State = Literal["pending", "progress", "success", "failure", "cancelled"]


class Progress(BaseModel):
    """``current`` of ``total`` steps are done; ``status`` is one line for a reader."""

    current: int
    total: int
    status: str


class Result(BaseModel):
    """What a run that succeeded gives; ``report`` is Markdown."""

    status: str
    report: str
    session_id: str
    query: str


class Task(BaseModel):
    """A run as it stands: ``result`` after a success, ``error`` after a failure."""

    task_id: str
    status: State
    progress: Progress
    result: Result | None = None
    error: str | None = None


class Version(BaseModel):
    """A version of a report, how it came about, and which versions there are."""

    id: str
    version: int
    versions: list[int]
    note: str
    report: Report


class LabEvent(Event):
    """An event of a run, with its number (from 1, without gaps) and its time."""

    model_config = ConfigDict(extra="ignore")

    seq: int
    at: datetime


class Run:
    """One run of a lab."""

    def __init__(self, client: httpx2.Client, task_id: str) -> None:
        self._client = client
        self.id = task_id

    def status(self) -> Task:
        """The run as it stands."""
        return self._task("GET")

    def events(self, after: int = 0) -> Iterator[LabEvent]:
        """What happens, from the event after number ``after`` to the end of the run.

        A cut connection is made again, without a gap and without a duplicate.

        Raises:
            UnreachableHostError: the lab does not come back within a minute.
        """
        watch = _Watch(after)
        while not watch.is_over:
            try:
                with self._client.sse(_path(self.id, "/events"), **watch.options()) as source:
                    if not source.response.is_success:
                        source.response.read()
                    if watch.accept(source.response):
                        for message in source:
                            yield watch.take(message)
            except httpx2.TransportError as error:
                time.sleep(watch.pause(error))

    def wait(self) -> str:
        """The report in Markdown, once the run has ended.

        Raises:
            RunFailedError: it failed, or was cancelled; says why.
        """
        for _ in self.events():
            pass
        return _report(self.status())

    def report(self, form: Literal["md", "html", "json", "docx", "pdf", "bib"] = "md") -> bytes:
        """The report as a file."""
        return _send(self._client, "GET", f"/api/reports/{self.id}.{form}").content

    def regenerate(
        self, section: int | str, feedback: str, timeout_s: float = REWRITE_TIMEOUT_S
    ) -> Version:
        """Make one section of the report again; a model of the lab writes it.

        Args:
            section: its title, or its number from 1.
            feedback: what you ask for, in your own words.
            timeout_s: how long the model may take, in seconds.

        Raises:
            NoModelError: the lab has no model.
            NotFoundError: there is no such report or section.
        """
        return self._rewrite("regenerate", {"section": section, "feedback": feedback}, timeout_s)

    def translate(self, language: Language, timeout_s: float = REWRITE_TIMEOUT_S) -> Version:
        """Put the report into another language; quotes stay as they are.

        Raises:
            NoModelError: the lab has no model.
            InvalidInputError: the report is in that language.
        """
        return self._rewrite("translate", {"language": language}, timeout_s)

    def cancel(self) -> Task:
        """Stop the run."""
        return self._task("DELETE")

    def resume(self) -> Task:
        """Let the run go on after a failure or a cancellation."""
        return self._task("POST", "/resume")

    def _rewrite(self, what: str, body: dict[str, Any], timeout_s: float) -> Version:
        path = f"/api/reports/{self.id}/{what}"
        answer = _send(self._client, "POST", path, body, timeout_s)
        return Version.model_validate_json(answer.content)

    def _task(self, method: str, ending: str = "") -> Task:
        return Task.model_validate_json(_send(self._client, method, _path(self.id, ending)).content)


class Lab:
    """A lab behind its HTTP API.

    Args:
        url: its address.
        timeout_s: how long one call may take, in seconds.
    """

    def __init__(self, url: str = URL, timeout_s: float = TIMEOUT_S) -> None:
        self._client = httpx2.Client(base_url=url, timeout=timeout_s)

    def research(self, topic: str, **options: Any) -> Run:
        """Ask a question; the run goes on in the background.

        Args:
            topic: the question, in Korean or English.
            options: of the run: constraints, rounds, language, collections, specialists, ...

        Raises:
            InvalidInputError: the question or an option cannot be used.
            UnreachableHostError: there is no lab at the address.
        """
        answer = _send(self._client, "POST", "/api/research/async", {"query": topic, **options})
        return self.run(answer.json()["task_id"])

    def run(self, task_id: str) -> Run:
        """A run by its id."""
        return Run(self._client, task_id)

    def close(self) -> None:
        """Close all connections; runs go on."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncRun:
    """One run of a lab; see ``Run``."""

    def __init__(self, client: httpx2.AsyncClient, task_id: str) -> None:
        self._client = client
        self.id = task_id

    async def status(self) -> Task:
        """The run as it stands."""
        return await self._task("GET")

    async def events(self, after: int = 0) -> AsyncIterator[LabEvent]:
        """What happens; see ``Run.events``."""
        watch = _Watch(after)
        while not watch.is_over:
            try:
                async with self._client.sse(_path(self.id, "/events"), **watch.options()) as source:
                    if not source.response.is_success:
                        await source.response.aread()
                    if watch.accept(source.response):
                        async for message in source:
                            yield watch.take(message)
            except httpx2.TransportError as error:
                await asyncio.sleep(watch.pause(error))

    async def wait(self) -> str:
        """The report in Markdown, once the run has ended; see ``Run.wait``."""
        async for _ in self.events():
            pass
        return _report(await self.status())

    async def report(
        self, form: Literal["md", "html", "json", "docx", "pdf", "bib"] = "md"
    ) -> bytes:
        """The report as a file."""
        return (await _send_async(self._client, "GET", f"/api/reports/{self.id}.{form}")).content

    async def regenerate(
        self, section: int | str, feedback: str, timeout_s: float = REWRITE_TIMEOUT_S
    ) -> Version:
        """Make one section of the report again; see ``Run.regenerate``."""
        body = {"section": section, "feedback": feedback}
        return await self._rewrite("regenerate", body, timeout_s)

    async def translate(self, language: Language, timeout_s: float = REWRITE_TIMEOUT_S) -> Version:
        """Put the report into another language; see ``Run.translate``."""
        return await self._rewrite("translate", {"language": language}, timeout_s)

    async def cancel(self) -> Task:
        """Stop the run."""
        return await self._task("DELETE")

    async def resume(self) -> Task:
        """Let the run go on after a failure or a cancellation."""
        return await self._task("POST", "/resume")

    async def _rewrite(self, what: str, body: dict[str, Any], timeout_s: float) -> Version:
        path = f"/api/reports/{self.id}/{what}"
        answer = await _send_async(self._client, "POST", path, body, timeout_s)
        return Version.model_validate_json(answer.content)

    async def _task(self, method: str, ending: str = "") -> Task:
        answer = await _send_async(self._client, method, _path(self.id, ending))
        return Task.model_validate_json(answer.content)


class AsyncLab:
    """A lab behind its HTTP API, for asyncio; see ``Lab``."""

    def __init__(self, url: str = URL, timeout_s: float = TIMEOUT_S) -> None:
        self._client = httpx2.AsyncClient(base_url=url, timeout=timeout_s)

    async def research(self, topic: str, **options: Any) -> AsyncRun:
        """Ask a question; see ``Lab.research``."""
        body = {"query": topic, **options}
        answer = await _send_async(self._client, "POST", "/api/research/async", body)
        return self.run(answer.json()["task_id"])

    def run(self, task_id: str) -> AsyncRun:
        """A run by its id."""
        return AsyncRun(self._client, task_id)

    async def close(self) -> None:
        """Close all connections; runs go on."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class _Watch:
    """Where one watcher stands in the log of a run."""

    def __init__(self, after: int) -> None:
        self.is_over = False
        self._seq = after
        self._heard_at = time.monotonic()

    def options(self) -> dict[str, Any]:
        """For the call that opens the stream."""
        return {
            "headers": {"Last-Event-ID": str(self._seq)},
            "timeout": httpx2.Timeout(TIMEOUT_S, read=_SILENCE_S),
        }

    def accept(self, response: httpx2.Response) -> bool:
        """Whether events follow; none do where all of them have been seen."""
        _check(response)
        if response.status_code == httpx2.codes.NO_CONTENT:
            self.is_over = True
        return not self.is_over

    def take(self, message: httpx2.ServerSentEvent) -> LabEvent:
        """The event of a message."""
        event = LabEvent.model_validate_json(message.data)
        self._seq, self._heard_at = event.seq, time.monotonic()
        self.is_over = event.kind in _LAST
        return event

    def pause(self, error: httpx2.TransportError) -> float:
        """How long to wait before connecting again, in seconds.

        Raises:
            UnreachableHostError: it has been tried for long enough.
        """
        if time.monotonic() - self._heard_at > _PATIENCE_S + _SILENCE_S:
            raise UnreachableHostError(str(error)) from None
        return _TRY_AGAIN_S


def _path(task_id: str, ending: str = "") -> str:
    return f"/api/task/{task_id}{ending}"


def _send(
    client: httpx2.Client,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    timeout_s: float | None = None,
) -> httpx2.Response:
    try:
        answer = client.request(method, path, json=body, timeout=timeout_s or client.timeout)
    except httpx2.TransportError as error:
        raise UnreachableHostError(f"{client.base_url}: {error}") from None
    return _check(answer)


async def _send_async(
    client: httpx2.AsyncClient,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    timeout_s: float | None = None,
) -> httpx2.Response:
    try:
        answer = await client.request(method, path, json=body, timeout=timeout_s or client.timeout)
    except httpx2.TransportError as error:
        raise UnreachableHostError(f"{client.base_url}: {error}") from None
    return _check(answer)


def _check(answer: httpx2.Response) -> httpx2.Response:
    """The answer, where it is none of an error.

    Raises:
        VirtualLabError: the error of the lab, as its own class.
    """
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
        kind, detail = problem["type"].rpartition(":")[2], problem.get("detail", "")
    except (ValueError, LookupError, TypeError, AttributeError):
        raise VirtualLabError(f"the lab answered {answer.status_code}") from None
    if kind == "invalid-request":
        kind = "invalid-input"
    name = "".join(word.capitalize() for word in kind.split("-")) + "Error"
    raise restore(name, detail or problem["title"])


def _report(task: Task) -> str:
    if task.result:
        return task.result.report
    if task.status == "cancelled":
        raise RunCancelledError(f"run {task.task_id}")
    raise restore("RunFailedError", task.error or f"run {task.task_id} is {task.status}")
