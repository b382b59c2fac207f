"""The graph is the one that its diagram shows."""

from __future__ import annotations

import asyncio

from langgraph.types import Send

from virtual_lab.domain import Plan, Question, Specialist
from virtual_lab.lab.graph import another_round, compiled_graph, to_specialists
from virtual_lab.lab.state import State

TEAM = Plan(
    specialists=(
        Specialist(id="s1", role="One", focus="a"),
        Specialist(id="s2", role="Two", focus="b"),
    )
)
STATE: State = {"question": Question(topic="t"), "language": "en", "plan": TEAM, "round": 1}


def tasks(sent: list[Send | str]) -> list[str]:
    return [send.arg["specialist"] for send in sent if isinstance(send, Send)]


def test_the_edges_are_those_of_the_diagram() -> None:
    edges = {(edge.source, edge.target) for edge in compiled_graph().get_graph().edges}
    assert edges >= {
        ("__start__", "gather"),
        ("gather", "plan"),
        ("plan", "analyse"),
        ("analyse", "critique"),
        ("critique", "analyse"),
        ("critique", "summarise"),
        ("critique", "synthesise"),
        ("synthesise", "verify"),
        ("verify", "__end__"),
    }


def test_every_specialist_gets_a_task() -> None:
    assert tasks(asyncio.run(to_specialists(STATE))) == ["s1", "s2"]


def test_another_round_follows_until_there_is_a_reason_to_stop() -> None:
    goes_on = asyncio.run(another_round(STATE))
    assert goes_on[0] == "summarise"
    assert tasks(goes_on) == ["s1", "s2"]
    stopped: State = {**STATE, "stopped_because": "the limit of rounds was reached"}
    assert asyncio.run(another_round(stopped)) == ["summarise", "synthesise"]
