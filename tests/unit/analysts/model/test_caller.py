"""Calls against a server on this machine that misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from virtual_lab.analysts.meter import SpentError
from virtual_lab.analysts.model.call import Call, Record
from virtual_lab.analysts.model.call_ledger import Entry, MemoryLedger
from virtual_lab.analysts.model.caller import Caller
from virtual_lab.analysts.model.output_schemas import Answer, Prose
from virtual_lab.analysts.model.prompts import Prompt
from virtual_lab.analysts.model.roles import Role
from virtual_lab.bootstrap.model_run import open_model_run
from virtual_lab.domain import Budget, Question
from virtual_lab.errors import (
    ModelAnswerError,
    ModelRefusedError,
    ModelUnavailableError,
    SettingError,
)
from virtual_lab.settings import Settings
from virtual_lab.testing import ModelServer, Rule, ServerFault

PROMPT = Prompt("You write.", "Findings:\n1. The food is tested.\n2. The test takes 90 days.\n")
CALL = Call(Role.SYNTHESISE, PROMPT, Prose)


def ask(
    server: ModelServer,
    calls: Sequence[Call[Any]] = (CALL,),
    budget: Budget | None = None,
    ledger: MemoryLedger | None = None,
    records: list[Record] | None = None,
    **changes: Any,
) -> list[Answer]:
    """The answers to calls that are made one after the other."""
    values = {
        "OPENAI_BASE_URL": server.base_url,
        "call_attempts": 3,
        "call_backoff_s": 0.01,
        **changes,
    }
    settings = Settings.model_validate(values)

    async def run() -> list[Answer]:
        async with open_model_run(
            Question(topic="t"),
            settings,
            budget or Budget(),
            "en",
            ledger,
            on_call=records.append if records is not None else None,
        ) as model_run:
            caller: Caller = model_run.caller
            return [await caller.ask(call) for call in calls]

    return asyncio.run(run())


def test_an_equal_call_is_served_from_the_ledger() -> None:
    ledger, records = MemoryLedger(), list[Record]()
    with ModelServer() as server:
        first, again = ask(server, [CALL, CALL], ledger=ledger, records=records)
    assert first == again
    assert len(server.served) == len(records) == 1
    assert records[0].usage == asyncio.run(ledger.spent())
    assert records[0].prompt_characters == len(PROMPT.system) + len(PROMPT.user)
    assert records[0].ended > records[0].began


def test_the_ledger_says_who_was_asked_as_what() -> None:
    kept, records = list[Entry](), list[Record]()

    class Spy(MemoryLedger):
        async def put(self, key: str, entry: Entry) -> None:
            kept.append(entry)
            await super().put(key, entry)

    with ModelServer() as server:
        ask(server, [Call(Role.CRITIQUE, PROMPT, Prose, round=2)], ledger=Spy(), records=records)
    assert records[0].model
    assert [(entry.model, entry.role, entry.round) for entry in kept] == [
        (records[0].model, "critique", 2)
    ]


def test_equal_calls_can_be_told_apart() -> None:
    calls = [Call(Role.PLAN, PROMPT, Prose, copy=number) for number in range(2)]
    with ModelServer() as server:
        ask(server, calls)
    assert len(server.served) == 2


def test_a_malformed_answer_is_shown_to_the_model_with_what_is_wrong() -> None:
    with ModelServer(faults=[Rule(ServerFault.WRONG_SCHEMA)]) as server:
        ask(server)
    messages = server.served[1].body["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert "unexpected" in messages[2]["content"]
    assert "sentences: Field required" in messages[3]["content"]


def test_what_was_paid_for_nothing_is_kept_and_asked_again() -> None:
    ledger = MemoryLedger()
    with ModelServer(faults=[Rule(ServerFault.EMPTY, times=2)]) as server:
        with pytest.raises(ModelAnswerError, match=r"synthesise.*empty"):
            ask(server, ledger=ledger)
        assert asyncio.run(ledger.spent()).calls == 2
        ask(server, ledger=ledger)
    assert asyncio.run(ledger.spent()).calls == 3


def test_a_first_answer_that_cannot_be_read_is_paid_once() -> None:
    ledger = MemoryLedger()
    faults = [Rule(ServerFault.TRUNCATED), Rule(ServerFault.UNAUTHORISED)]
    with ModelServer(faults=faults) as server:
        with pytest.raises(ModelRefusedError):
            ask(server, ledger=ledger)
        assert asyncio.run(ledger.spent()).calls == 1
        ask(server, ledger=ledger)
        ask(server, ledger=ledger)
        asked = [served for served in server.served if served.fault is not ServerFault.UNAUTHORISED]
    assert [len(served.body["messages"]) for served in asked] == [2, 4]
    assert asyncio.run(ledger.spent()).calls == 2


def test_attempts_are_counted() -> None:
    with (
        ModelServer(faults=[Rule(ServerFault.OVERLOADED, times=None)]) as server,
        pytest.raises(ModelUnavailableError, match=r"after 3 attempts.*503: overloaded"),
    ):
        ask(server)
    assert len(server.served) == 3


def test_a_server_that_asks_for_more_patience_than_there_is_is_given_up() -> None:
    with (
        ModelServer(faults=[Rule(ServerFault.RATE_LIMIT)], retry_after_s=3600) as server,
        pytest.raises(ModelUnavailableError, match="asks for 3600 s more"),
    ):
        ask(server)
    assert len(server.served) == 1


def test_an_endless_answer_is_cut_by_its_size() -> None:
    with (
        ModelServer(faults=[Rule(ServerFault.ENDLESS, times=None)]) as server,
        pytest.raises(ModelUnavailableError, match="larger than 8 MB"),
    ):
        ask(server, call_attempts=1)


@pytest.mark.parametrize(
    ("fault", "limits", "said"),
    [
        (ServerFault.SILENT, {"call_idle_s": 0.3}, "timed out|Timeout"),
        (ServerFault.DRIP, {"call_total_s": 0.5}, "no complete answer within"),
    ],
)
def test_a_slow_answer_is_cut_by_its_time(
    fault: ServerFault, limits: dict[str, float], said: str
) -> None:
    with (
        ModelServer(faults=[Rule(fault, times=None)]) as server,
        pytest.raises(ModelUnavailableError, match=said),
    ):
        ask(server, call_attempts=1, **limits)


def test_a_spent_budget_refuses_a_call_before_it_is_made() -> None:
    with ModelServer() as server, pytest.raises(SpentError, match="tokens"):
        ask(server, budget=Budget(tokens=100))
    assert server.served == []


def test_time_that_is_up_ends_a_call_under_way() -> None:
    with (
        ModelServer(faults=[Rule(ServerFault.SILENT, times=None)]) as server,
        pytest.raises(SpentError, match="minutes"),
    ):
        ask(server, budget=Budget(minutes=0.005))


def test_a_limit_of_cost_needs_a_price() -> None:
    with ModelServer() as server:
        priced = {"price_prompt": 1.0, "price_answer": 1.0}
        with pytest.raises(SpentError, match="cost"):
            ask(server, [CALL, Call(Role.PLAN, PROMPT, Prose, copy=1)], Budget(cost=1e-9), **priced)
        with pytest.raises(SettingError, match="VIRTUAL_LAB_PRICE_PROMPT"):
            ask(
                server,
                budget=Budget(cost=1.0),
                model="openai:unpriced",
                only_local_models=False,
                OPENAI_BASE_URL="",
                OPENAI_API_KEY="k",
            )


def test_a_role_may_have_a_model_of_its_own() -> None:
    records: list[Record] = []
    with ModelServer() as server:
        ask(
            server,
            [CALL, Call(Role.PLAN, PROMPT, Prose)],
            records=records,
            model="openai:large",
            model_plan="openai:small",
        )
    assert [record.model for record in records] == ["openai:large", "openai:small"]
    assert [served.body["model"] for served in server.served] == ["large", "small"]


def test_usage_is_estimated_where_the_server_does_not_say() -> None:
    class Mute(ModelServer):
        def _completion(self, *arguments: Any) -> dict[str, Any]:
            answer = super()._completion(*arguments)
            del answer["usage"]
            return answer

    ledger = MemoryLedger()
    with Mute() as server:
        ask(server, ledger=ledger)
    spent = asyncio.run(ledger.spent())
    assert spent.calls == 1
    assert spent.prompt_tokens > 10
    assert spent.completion_tokens > 10
