"""The graph of a run:

    gather -> plan -> analyse (each specialist) -> critique
    critique -+-> another round: analyse (each), summarise
              |
              +-> synthesise, summarise -> verify

The summary of a round runs at the same time as the next step, so that no step waits for it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Send

from virtual_lab.lab import nodes
from virtual_lab.lab.state import RunDependencies, State


@cache
def compiled_graph() -> CompiledStateGraph[State, RunDependencies, State, State]:
    """The graph without a checkpointer; its ``copy`` gives one with a checkpointer.

    It is compiled once per process, since compiling takes longer than many steps.
    """
    return _build().compile()


def _build() -> StateGraph[State, RunDependencies, State, State]:
    graph: Any = StateGraph(State, context_schema=RunDependencies)
    graph.add_node(nodes.gather)
    graph.add_node(nodes.plan)
    graph.add_node(nodes.analyse)
    graph.add_node(nodes.critique)
    graph.add_node(nodes.summarise)
    graph.add_node(nodes.synthesise)
    graph.add_node(nodes.verify)

    graph.add_edge(START, "gather")
    graph.add_edge("gather", "plan")
    graph.add_conditional_edges("plan", to_specialists, ["analyse"])
    graph.add_edge("analyse", "critique")
    graph.add_conditional_edges("critique", another_round, ["analyse", "summarise", "synthesise"])
    graph.add_edge("synthesise", "verify")
    graph.add_edge("verify", END)
    built: StateGraph[State, RunDependencies, State, State] = graph
    return built


# These two are coroutines because LangGraph calls plain functions in a thread.
async def to_specialists(state: State) -> list[Send | str]:
    """One task for each specialist; the tasks run concurrently."""
    return _specialist_tasks(state)


async def another_round(state: State) -> list[Send | str]:
    """The summary, and the specialists' next round or, with a reason to stop, the synthesis."""
    return [
        "summarise",
        *(["synthesise"] if state.get("stopped_because") else _specialist_tasks(state)),
    ]


def _specialist_tasks(state: State) -> list[Send | str]:
    return [
        Send("analyse", {"specialist": specialist.id, "state": state})
        for specialist in state["plan"].specialists
    ]
