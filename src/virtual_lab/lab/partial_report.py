"""The partial report of a stopped run: what it had found and verified until then."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from virtual_lab.domain import Draft, Mode, Report, Section, Usage
from virtual_lab.lab.graph import compiled_graph
from virtual_lab.lab.reporting import verified_report
from virtual_lab.lab.state import State, findings
from virtual_lab.messages import say
from virtual_lab.retrieval.retriever import Retriever

_STRONGEST = 5


async def partial_report(
    checkpointer: BaseCheckpointSaver[str], run_id: str, retriever: Retriever, usage: Usage
) -> Report | None:
    """A report of what a stopped run had found and verified; None if it had verified nothing.

    No model is called, and the checkpoints are not changed, so that the run can be resumed.

    Args:
        checkpointer: the checkpoints of the run.
        run_id: the id of the run.
        retriever: gives the passages that its findings quote.
        usage: the usage of models by the run.
    """
    graph = compiled_graph().copy({"checkpointer": checkpointer})
    config: Any = {"configurable": {"thread_id": run_id}}
    snapshot = await graph.aget_state(config)
    state: State = {**snapshot.values}  # type: ignore[typeddict-item]
    # Results of specialists that had finished before the others of their round.
    for task in snapshot.tasks:
        state["analyses"] = state.get("analyses", []) + (task.result or {}).get("analyses", [])
    if not findings(state):
        return None
    state["stopped_because"] = say("lab.stop_cut_off", state["language"])
    mode: Mode = "model" if usage.calls else "extractive"
    report = verified_report(
        state,
        state.get("draft") or _plain_draft(state),
        retriever,
        mode,
        usage=usage if mode == "model" else None,
        partial=True,
    )
    return report if report.findings() else None


def _plain_draft(state: State) -> Draft:
    """A draft without written text: the findings, with a section for each specialist."""
    found = findings(state)
    ranked = sorted(found, key=lambda finding: -finding.relevance)
    sections = []
    for specialist in state["plan"].specialists:
        own = tuple(finding for finding in found if finding.specialist == specialist.id)
        note = "" if own else say("lab.not_looked_into", state["language"])
        sections.append(Section(title=specialist.focus, findings=own, note=note))
    return Draft(
        title=state["question"].topic,
        sections=tuple(sections),
        strongest=tuple(finding.id for finding in ranked[:_STRONGEST]),
        missing=(say("lab.cut_off", state["language"]),),
    )
