"""The nodes of the graph: plain functions from the state to a partial update."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from virtual_lab.analysts.analyst import Assignment, Review
from virtual_lab.analysts.meter import LAST_ROUND_SHARE, Meter
from virtual_lab.domain import Analysis, Critique, EventKind, Specialist
from virtual_lab.lab.online_search import OnlineSearch
from virtual_lab.lab.reporting import verified_report
from virtual_lab.lab.state import (
    RunDependencies,
    SpecialistTask,
    State,
    analysis_of,
    critique_of,
    findings,
    total_steps,
    words_of,
)
from virtual_lab.library.index import Hit
from virtual_lab.messages import say
from virtual_lab.retrieval.retriever import Retriever

PASSAGES_PER_SEARCH = 24
"""How many passages the search of a specialist gives in one round."""

MOST_ONLINE_SOURCES = 20
"""How many sources a run takes from its online search, at most."""

SCORE_TO_STOP = 4
"""A run ends when every specialist has at least this score (1 to 5)."""


async def gather(state: State, runtime: Runtime[RunDependencies]) -> State:
    """Search online, where the question or the settings ask for it.

    It is a step of its own, so that a resumed run does not search again.
    """
    dependencies = runtime.context
    failed = (
        await _search_online(dependencies, dependencies.online_search, state)
        if dependencies.online_search
        else []
    )
    await asyncio.to_thread(
        dependencies.retriever.embed_new_passages, dependencies.online_collection
    )
    return {"sources_failed": failed}


async def _search_online(
    dependencies: RunDependencies, online_search: OnlineSearch, state: State
) -> list[str]:
    """Search online; gives a line for each provider that failed or source that was excluded."""
    concepts = await asyncio.to_thread(dependencies.retriever.concepts, words_of(state["question"]))
    outcome = await online_search.search(
        concepts.queries, MOST_ONLINE_SOURCES, dependencies.online_collection
    )
    dependencies.emit(
        state,
        EventKind.SEARCHED,
        0,
        say("lab.searched", state["language"], sources=outcome.sources, failed=len(outcome.failed)),
        data={"sources": outcome.sources, "failed": list(outcome.failed)},
    )
    return list(outcome.failed)


async def plan(state: State, runtime: Runtime[RunDependencies]) -> State:
    """The principal investigator surveys the library and chooses the team."""
    dependencies = runtime.context
    inquiry = await asyncio.to_thread(dependencies.inquiry, state)
    made = await dependencies.analyst.plan(inquiry)
    dependencies.emit(
        state,
        EventKind.PLANNED,
        1,
        say("lab.planned", state["language"], team=", ".join(s.role for s in made.specialists)),
        data=made.model_dump(mode="json"),
    )
    return {
        "plan": made,
        "round": 1,
        "sources_found": len({hit.passage.source_id for hit in inquiry.survey}),
    }


async def analyse(task: SpecialistTask, runtime: Runtime[RunDependencies]) -> State:
    """One specialist searches and revises its findings."""
    dependencies, state = runtime.context, task["state"]
    number, made = state["round"], state["plan"]
    specialist = next(s for s in made.specialists if s.id == task["specialist"])
    critique = critique_of(state, specialist.id, number - 1)
    previous = analysis_of(state, specialist.id, number - 1)
    known = previous.findings if previous else ()
    queries = (
        tuple(f"{query} {' '.join(critique.search_for)}" for query in specialist.queries[:1])
        + critique.search_for
        if critique
        else specialist.queries
    )
    hits = await asyncio.to_thread(_passages_for, dependencies.retriever, specialist.scope, queries)
    others = [f for f in findings(state) if f.specialist != specialist.id]
    work = await dependencies.analyst.analyse(
        Assignment(
            dependencies.inquiry(state),
            made,
            specialist,
            number,
            hits,
            known,
            critique,
            others,
            previous.rejected if previous else (),
        )
    )
    before = {finding.id for finding in known}
    analysis = Analysis(
        specialist=specialist.id,
        round=number,
        findings=tuple(work.findings),
        queries=queries,
        passages_read=len(hits),
        sources_found=tuple(sorted({hit.passage.source_id for hit in hits})),
        new_findings=sum(finding.id not in before for finding in work.findings),
        open_questions=tuple(work.open_questions),
        rejected=tuple(work.rejected),
    )
    dependencies.emit(
        state,
        EventKind.ANALYSED,
        2 * number,
        say(
            "lab.analysed",
            state["language"],
            role=specialist.role,
            passages=len(hits),
            findings=len(work.findings),
            new=analysis.new_findings,
        ),
        specialist=specialist.id,
        data=analysis.model_dump(mode="json"),
    )
    return {"analyses": [analysis]}


async def critique(state: State, runtime: Runtime[RunDependencies]) -> State:
    """The critic scores every specialist, which decides whether another round follows."""
    dependencies, number = runtime.context, state["round"]
    specialists = state["plan"].specialists
    reviews = [_review(dependencies, state, specialist) for specialist in specialists]
    critiques = list(await dependencies.analyst.critique(reviews))
    scores = {verdict.specialist: verdict for verdict in critiques}
    for specialist in specialists:
        verdict = scores.get(specialist.id)
        status = (
            say("lab.critiqued", state["language"], role=specialist.role, score=verdict.score)
            if verdict
            else say("lab.uncritiqued", state["language"], role=specialist.role)
        )
        dependencies.emit(
            state,
            EventKind.CRITIQUED,
            1 + 2 * number,
            status,
            specialist=specialist.id,
            data=verdict.model_dump(mode="json") if verdict else {},
        )
    reason = _reason_to_stop(state, critiques, dependencies.meter)
    if reason:
        return {"critiques": critiques, "stopped_because": reason}
    return {"critiques": critiques, "round": number + 1}


async def summarise(state: State, runtime: Runtime[RunDependencies]) -> State:
    """Summarise the last round, while the next round or the synthesis runs."""
    dependencies = runtime.context
    number = max(analysis.round for analysis in state["analyses"])
    summary = await dependencies.analyst.summarise(
        replace(dependencies.team_state(state), round=number)
    )
    dependencies.emit(
        state,
        EventKind.SUMMARISED,
        1 + 2 * number,
        summary.provisional,
        data=summary.model_dump(mode="json"),
        round_number=number,
    )
    return {"summaries": [summary]}


async def synthesise(state: State, runtime: Runtime[RunDependencies]) -> State:
    """The principal investigator arranges the findings in a draft."""
    dependencies = runtime.context
    draft = await dependencies.analyst.synthesise(dependencies.team_state(state))
    dependencies.emit(
        state,
        EventKind.SYNTHESISED,
        total_steps(state["question"].rounds) - 1,
        say("lab.synthesised", state["language"], sections=len(draft.sections)),
    )
    return {"draft": draft}


async def verify(state: State, runtime: Runtime[RunDependencies]) -> State:
    """Check every statement against its quotes; failed statements are dropped and counted."""
    dependencies, language, mode = runtime.context, state["language"], runtime.context.analyst.mode
    report = verified_report(
        state,
        state["draft"],
        dependencies.retriever,
        mode,
        usage=dependencies.meter.usage if mode == "model" else None,
        minutes=round(dependencies.meter.minutes, 1),
    )
    coverage = report.coverage
    dependencies.emit(
        state,
        EventKind.VERIFIED,
        total_steps(state["question"].rounds),
        say(
            "lab.verified",
            language,
            verified=coverage.statements_verified,
            made=coverage.statements_made,
        ),
        data=coverage.model_dump(mode="json"),
    )
    return {"report": report}


def _review(dependencies: RunDependencies, state: State, specialist: Specialist) -> Review:
    """One specialist's work of this round, with that of the previous round."""
    number = state["round"]
    now = analysis_of(state, specialist.id, number)
    before = analysis_of(state, specialist.id, number - 1)
    return Review(
        dependencies.inquiry(state),
        specialist,
        number,
        now.findings if now else (),
        now.new_findings if now else 0,
        critique_of(state, specialist.id, number - 1),
        before.findings if before else (),
        now.rejected if now else (),
    )


def _reason_to_stop(state: State, critiques: Sequence[Critique], meter: Meter) -> str:
    """Why no further round follows; "" where one does."""
    number, language = state["round"], state["language"]
    scores = [critique.score for critique in critiques]
    if len(scores) == len(state["plan"].specialists) and min(scores, default=0) >= SCORE_TO_STOP:
        return say("lab.stop_scores", language, score=SCORE_TO_STOP)
    analyses = [a for a in state.get("analyses", []) if a.round == number]
    # Rejected findings count too, since the specialist may correct them in another round.
    if not any(a.new_findings or a.rejected for a in analyses):
        return say("lab.stop_nothing_new", language, round=number)
    if number >= state["question"].rounds:
        return say("lab.stop_rounds", language, rounds=number)
    if limit := meter.reached(LAST_ROUND_SHARE):
        percent = round(100 * LAST_ROUND_SHARE)
        return say(
            "lab.stop_budget", language, percent=percent, limit=say(f"lab.{limit}", language)
        )
    return ""


def _passages_for(retriever: Retriever, scope: Sequence[str], queries: Sequence[str]) -> list[Hit]:
    """The passages of a specialist: those of its scope and those that its queries find."""
    passages = retriever.passages(scope)
    return _merge(passages, retriever.search(queries, PASSAGES_PER_SEARCH) if queries else [])


def _merge(scope: list[Any], searched: list[Hit]) -> list[Hit]:
    """The passages of a scope and those of a search, each once, best first."""
    scores = {hit.passage.id: hit for hit in searched}
    for rank, passage in enumerate(scope):
        score = 1.0 - 0.5 * rank / max(1, len(scope))
        known = scores.get(passage.id)
        scores[passage.id] = Hit(passage, max(score, known.score if known else 0.0))
    return sorted(scores.values(), key=lambda hit: (-hit.score, hit.passage.id))
