"""A run of the lab: it answers a question with a report, and reports events on the way."""

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
    """Answers questions with evidence from a retriever.

    Args:
        analyst: the analyst of all roles.
        retriever: the retriever of the evidence.
        checkpointer: stores every finished step, from which an interrupted run continues. It must
            use ``virtual_lab.lab.state.serializer()``.
        meter: counts the usage of the analyst against the budget of the run.
        online_search: searches online before the team is chosen; None to use only the library.
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
            question: the question, with the options of the run.
            on_event: called for each event, in order.
            run_id: the id of the run and of its checkpoints. If there are checkpoints of this id,
                the run continues after its finished steps. A new id where None.

        Returns:
            the verified report.
        """
        run_id = run_id or uuid4().hex
        online_collection = run_collection(run_id)
        retriever = self._retriever.including(online_collection)
        dependencies = RunDependencies(
            self._analyst, retriever, on_event, self._meter, self._online_search, online_collection
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
        """The first state of a new run; None for a run that continues from a checkpoint."""
        if self._durable and (await self._graph.aget_state(config)).created_at:
            return None
        language = report_language(question)
        state: State = {"question": question, "language": language}
        on_event(
            Event(
                kind=EventKind.STARTED,
                current=0,
                total=total_steps(question.rounds),
                status=self._first_status(language),
                data=self._meter.estimate_and_budget(),
            )
        )
        return state

    def _first_status(self, language: Language) -> str:
        """The status at the start; for a run with a model it contains the estimate."""
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
    """The language of the report: the requested one, else that of the question."""
    if question.language != "auto":
        return question.language
    return "ko" if detect_language(question.topic) == "ko" else "en"
