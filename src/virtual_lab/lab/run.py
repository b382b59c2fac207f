"""A run of the lab: a question in, events out on the way, a report at the end."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from langgraph.checkpoint.base import BaseCheckpointSaver

from virtual_lab.analysts.analyst import Analyst
from virtual_lab.analysts.meter import Meter
from virtual_lab.domain import Event, EventKind, Language, Question, Report
from virtual_lab.lab.graph import compiled_graph
from virtual_lab.lab.online_search import OnlineSearch
from virtual_lab.lab.state import OnEvent, RunDependencies, State, total_steps
from virtual_lab.library.ephemeral import run_collection
from virtual_lab.messages import say
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.language import detect_language


class ResearchLab:
    """Answers questions from what a retriever finds.

    Args:
        analyst: who thinks.
        retriever: where the evidence comes from.
        checkpointer: keeps every finished step; a run that was cut off goes on from there. It
            must write with ``virtual_lab.lab.state.serializer()``.
        meter: counts what the analyst spends, against the budget of the run.
        online_search: searches online before the team is put together; without one, the library is
            all there is.
    """

    def __init__(
        self,
        analyst: Analyst,
        retriever: Retriever,
        checkpointer: BaseCheckpointSaver[str] | None = None,
        meter: Meter | None = None,
        online_search: OnlineSearch | None = None,
    ) -> None:
        self._online_search = online_search
        self._meter = meter or Meter()
        self._analyst = analyst
        self._retriever = retriever
        self._durable = checkpointer is not None
        self._graph = compiled_graph().copy({"checkpointer": checkpointer})

    async def research(
        self,
        question: Question,
        on_event: OnEvent = lambda event: None,
        run_id: str | None = None,
    ) -> Report:
        """Answer one question.

        Args:
            question: with the options of the run.
            on_event: called for everything that happens, in order.
            run_id: the thread of the checkpoints. Where there is one of this id, the run goes on
                from it, and steps that were finished are not done again. A new one where None.

        Returns:
            the verified report.
        """
        run_id = run_id or uuid4().hex
        shelf = run_collection(run_id)
        retriever = self._retriever.including(shelf)
        dependencies = RunDependencies(
            self._analyst, retriever, on_event, self._meter, self._online_search, shelf
        )
        config: Any = {"configurable": {"thread_id": run_id}}
        start = await self._start(question, config, on_event)
        options: dict[str, Any] = {"durability": "sync"} if self._durable else {}
        final = await self._graph.ainvoke(start, config, context=dependencies, **options)
        report: Report = final["report"]
        steps = total_steps(question.rounds)
        on_event(
            Event(
                kind=EventKind.FINISHED,
                current=steps,
                total=steps,
                status=say("lab.finished", report.language),
                data={"usage": report.usage.model_dump()} if report.usage else {},
            )
        )
        return report

    async def _start(self, question: Question, config: Any, on_event: OnEvent) -> State | None:
        """The state to begin with; None where a checkpoint is gone on from."""
        if self._durable and (await self._graph.aget_state(config)).created_at:
            return None
        language = report_language(question)
        state: State = {"question": question, "language": language}
        on_event(
            Event(
                kind=EventKind.STARTED,
                current=0,
                total=total_steps(question.rounds),
                status=self._outlook(language),
                data=self._meter.estimate_and_budget(),
            )
        )
        return state

    def _outlook(self, language: Language) -> str:
        """What is told at the start: with a model also what a full run is expected to take."""
        estimate = self._meter.estimate
        if estimate is None:
            return say("lab.started", language)
        cost = "" if estimate.cost is None else f", ${estimate.cost:.2f}"
        expected = say(
            "lab.estimated",
            language,
            calls=estimate.calls,
            tokens=f"{estimate.tokens:,}",
            cost=cost,
        )
        return f"{say('lab.started', language)} {expected}"


def report_language(question: Question) -> Language:
    """The language of the report: the one asked for, else the question's."""
    if question.language != "auto":
        return question.language
    return "ko" if detect_language(question.topic) == "ko" else "en"
