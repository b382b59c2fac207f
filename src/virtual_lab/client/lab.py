"""The client: a lab behind its HTTP API, and its runs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
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
    send,
    task_path,
)
from virtual_lab.domain import Language


class Run:
    """One run of a lab."""

    def __init__(self, client: httpx2.Client, task_id: str) -> None:
        self._client = client
        self.id = task_id

    def status(self) -> Task:
        """The current state of the run."""
        return self._task("GET")

    def events(self, after: int = 0) -> Iterator[LabEvent]:
        """The events of the run after number ``after``, until the run ends.

        A lost connection is opened again, without missing or repeating an event.

        Raises:
            UnreachableHostError: the lab is not reachable again within a minute.
        """
        watch = EventFollower(after)
        while not watch.is_over:
            try:
                with self._client.sse(task_path(self.id, "/events"), **watch.options()) as source:
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
            RunFailedError: the run failed or was cancelled; the message says why.
        """
        for _ in self.events():
            pass
        return report_of(self.status())

    def report(
        self,
        form: Literal["md", "html", "json", "docx", "pdf", "bib", "ris", "csl.json"] = "md",
    ) -> bytes:
        """The report as a file."""
        return send(self._client, "GET", f"/api/reports/{self.id}.{form}").content

    def regenerate(
        self, section: int | str, feedback: str, timeout_s: float = REWRITE_TIMEOUT_S
    ) -> Version:
        """Have a model of the lab write one section of the report again.

        Args:
            section: the title of the section, or its number from 1.
            feedback: what the section should say, in your own words.
            timeout_s: how long the model may take, in seconds.

        Raises:
            NoModelError: the lab has no model.
            NotFoundError: there is no such report or section.
        """
        return self._rewrite("regenerate", {"section": section, "feedback": feedback}, timeout_s)

    def translate(self, language: Language, timeout_s: float = REWRITE_TIMEOUT_S) -> Version:
        """Have a model of the lab translate the report; quotes are kept verbatim.

        Raises:
            NoModelError: the lab has no model.
            InvalidInputError: the report is in that language already.
        """
        return self._rewrite("translate", {"language": language}, timeout_s)

    def cancel(self) -> Task:
        """Stop the run."""
        return self._task("DELETE")

    def resume(self) -> Task:
        """Continue the run after a failure or a cancellation."""
        return self._task("POST", "/resume")

    def _rewrite(self, what: str, body: dict[str, Any], timeout_s: float) -> Version:
        path = f"/api/reports/{self.id}/{what}"
        answer = send(self._client, "POST", path, body, timeout_s)
        return Version.model_validate_json(answer.content)

    def _task(self, method: str, ending: str = "") -> Task:
        return Task.model_validate_json(
            send(self._client, method, task_path(self.id, ending)).content
        )


class Lab:
    """A lab behind its HTTP API.

    Args:
        url: the address of the lab.
        timeout_s: how long one call may take, in seconds.
        key: an API key of the lab; None for that of the settings (VIRTUAL_LAB_API_KEY).
    """

    def __init__(
        self, url: str = URL, timeout_s: float = TIMEOUT_S, key: str | None = None
    ) -> None:
        self._client = httpx2.Client(
            base_url=url, timeout=timeout_s, headers=key_header(key), **network_options(url)
        )

    def research(self, topic: str, *, idempotency_key: str | None = None, **options: Any) -> Run:
        """Submit a question, whose run is executed in the background.

        Args:
            topic: the question, in Korean or English.
            idempotency_key: any text; the same question with the same key gives the same run, so
                that a call whose answer was lost can be repeated.
            options: options of the run: constraints, rounds, language, collections, ...

        Raises:
            InvalidInputError: the question or an option is not valid.
            ReusedKeyError: the key was used for another question.
            UnreachableHostError: there is no lab at the address.
        """
        body = {"query": topic, **options}
        headers = repeatable(idempotency_key)
        answer = send(self._client, "POST", ASYNC, body, headers=headers)
        return self.run(answer.json()["task_id"])

    def batch(
        self,
        questions: Iterable[str | Mapping[str, Any]],
        *,
        idempotency_key: str | None = None,
        **options: Any,
    ) -> list[Run]:
        """Submit up to 100 questions, all or none; interactive runs go before their runs.

        Args:
            questions: each a topic, or ``{"query": topic, ...}`` with options of its own.
            idempotency_key: any text, with which the call can be repeated.
            options: options of all runs.

        Returns:
            the runs, in the order of the questions.

        Raises:
            InvalidInputError: a question or an option is not valid.
            QueueFullError: more runs would wait than the lab allows.
        """
        body, headers = batch_of(questions, options), repeatable(idempotency_key)
        answer = send(self._client, "POST", BATCH, body, headers=headers)
        return [self.run(task["task_id"]) for task in answer.json()]

    def run(self, task_id: str) -> Run:
        """A run by its id."""
        return Run(self._client, task_id)

    def close(self) -> None:
        """Close all connections; runs continue."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
