"""The client for asyncio: the same as ``lab.py``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Literal, Self

import httpx2

from virtual_lab.client.answers import LabEvent, Task, Version, report_of
from virtual_lab.client.event_stream import EventFollower
from virtual_lab.client.http import (
    ASYNC,
    BATCH,
    REWRITE_TIMEOUT_S,
    TIMEOUT_S,
    URL,
    batch_of,
    key_header,
    network_options,
    repeatable,
    send_async,
    task_path,
)
from virtual_lab.domain import Language


class AsyncRun:
    """One run of a lab; see ``Run``."""

    def __init__(self, client: httpx2.AsyncClient, task_id: str) -> None:
        self._client = client
        self.id = task_id

    async def status(self) -> Task:
        """The current state of the run."""
        return await self._task("GET")

    async def events(self, after: int = 0) -> AsyncIterator[LabEvent]:
        """The events of the run; see ``Run.events``."""
        watch = EventFollower(after)
        while not watch.is_over:
            try:
                async with self._client.sse(
                    task_path(self.id, "/events"), **watch.options()
                ) as source:
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
        return report_of(await self.status())

    async def report(
        self,
        form: Literal["md", "html", "json", "docx", "pdf", "bib", "ris", "csl.json"] = "md",
    ) -> bytes:
        """The report as a file."""
        return (await send_async(self._client, "GET", f"/api/reports/{self.id}.{form}")).content

    async def regenerate(
        self, section: int | str, feedback: str, timeout_s: float = REWRITE_TIMEOUT_S
    ) -> Version:
        """Have one section of the report written again; see ``Run.regenerate``."""
        body = {"section": section, "feedback": feedback}
        return await self._rewrite("regenerate", body, timeout_s)

    async def translate(self, language: Language, timeout_s: float = REWRITE_TIMEOUT_S) -> Version:
        """Have the report translated; see ``Run.translate``."""
        return await self._rewrite("translate", {"language": language}, timeout_s)

    async def cancel(self) -> Task:
        """Stop the run."""
        return await self._task("DELETE")

    async def resume(self) -> Task:
        """Continue the run after a failure or a cancellation."""
        return await self._task("POST", "/resume")

    async def _rewrite(self, what: str, body: dict[str, Any], timeout_s: float) -> Version:
        path = f"/api/reports/{self.id}/{what}"
        answer = await send_async(self._client, "POST", path, body, timeout_s)
        return Version.model_validate_json(answer.content)

    async def _task(self, method: str, ending: str = "") -> Task:
        answer = await send_async(self._client, method, task_path(self.id, ending))
        return Task.model_validate_json(answer.content)


class AsyncLab:
    """A lab behind its HTTP API, for asyncio; see ``Lab``."""

    def __init__(
        self, url: str = URL, timeout_s: float = TIMEOUT_S, key: str | None = None
    ) -> None:
        headers, way = key_header(key), network_options(url)
        self._client = httpx2.AsyncClient(base_url=url, timeout=timeout_s, headers=headers, **way)

    async def research(
        self, topic: str, *, idempotency_key: str | None = None, **options: Any
    ) -> AsyncRun:
        """Ask a question; see ``Lab.research``."""
        body = {"query": topic, **options}
        headers = repeatable(idempotency_key)
        answer = await send_async(self._client, "POST", ASYNC, body, headers=headers)
        return self.run(answer.json()["task_id"])

    async def batch(
        self,
        questions: Iterable[str | Mapping[str, Any]],
        *,
        idempotency_key: str | None = None,
        **options: Any,
    ) -> list[AsyncRun]:
        """Ask up to 100 questions, all or none; see ``Lab.batch``."""
        body, headers = batch_of(questions, options), repeatable(idempotency_key)
        answer = await send_async(self._client, "POST", BATCH, body, headers=headers)
        return [self.run(task["task_id"]) for task in answer.json()]

    def run(self, task_id: str) -> AsyncRun:
        """A run by its id."""
        return AsyncRun(self._client, task_id)

    async def close(self) -> None:
        """Close all connections; runs continue."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
