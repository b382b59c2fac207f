"""The caller: sends prompts to models and parses their answers.

A call is looked up in the ledger first. Then it waits for the limiter, and is retried with back-off
while the server is busy or does not answer. Where an answer cannot be parsed, the model is told why
and asked once more.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from virtual_lab.analysts.meter import Meter
from virtual_lab.analysts.model.call import (
    Call,
    CallTimeouts,
    OnCall,
    Record,
    ServedModel,
)
from virtual_lab.analysts.model.call_failures import CallFailure, classify
from virtual_lab.analysts.model.call_ledger import CallLedger, Entry, Message, call_key
from virtual_lab.analysts.model.json_parsing import UnparsableReplyError, parse
from virtual_lab.analysts.model.limiter import Limiter
from virtual_lab.analysts.model.output_schemas import Answer, schema_of
from virtual_lab.analysts.model.providers import JsonMode, with_json_output
from virtual_lab.analysts.model.replies import Reply, read_reply
from virtual_lab.analysts.model.roles import Role
from virtual_lab.analysts.model.token_estimate import estimate_tokens
from virtual_lab.domain import Usage
from virtual_lab.errors import ModelAnswerError, ModelRefusedError, ModelUnavailableError
from virtual_lab.retry import Retry, TransientError

T = TypeVar("T", bound=Answer)

EXPECTED_ANSWER_TOKENS = 700
_LONGEST_BACKOFF_S = 30.0
_CUT_OFF = "the answer was cut off because it is too long"
_MOST_CHARACTERS_SHOWN_AGAIN = 4000


@dataclass
class Caller:
    """Makes the calls of one run.

    Attributes:
        models: the model of each role.
        ledger: stores the answered calls.
        limiter: delays calls to the limits of a model.
        meter: counts the usage and enforces the budget.
        timeouts: the time limits of a call.
        secrets: texts that error messages must not contain.
        on_call: called for each answered attempt.
    """

    models: Mapping[Role, ServedModel]
    ledger: CallLedger
    limiter: Limiter
    meter: Meter
    timeouts: CallTimeouts
    secrets: Iterable[str] = ()
    on_call: OnCall | None = None
    _json_modes: dict[str, JsonMode] = field(default_factory=dict, init=False)

    async def ask(self, call: Call[T]) -> T:
        """The answer to one call.

        Raises:
            ModelAnswerError: the answer was unusable twice.
            ModelRefusedError: the server refuses the call; retrying does not help.
            ModelUnavailableError: the server stays busy or does not answer.
            SpentError: the budget is spent.
        """
        served = self.models[call.role]
        messages: list[Message] = [("system", call.prompt.system), ("user", call.prompt.user)]
        schema = schema_of(call.answer)
        first = call_key(served.name, messages, schema, {"copy": call.copy})
        text = await self._stored_answer(first)
        problem = ""
        if text is None:
            reply = await self._reply_with_retries(call, served, messages)
            await self._store(call, served, first, reply, reply.text)
            text, problem = reply.text, _CUT_OFF if reply.cut_off else ""
        try:
            return parse(text, call.answer)
        except UnparsableReplyError as error:
            messages += _request_to_repair(text, problem or str(error))
        return await self._ask_again(call, served, messages, first)

    async def _ask_again(
        self, call: Call[T], served: ServedModel, messages: Sequence[Message], first: str
    ) -> T:
        """The answer to a second try, after an unusable first one.

        It is stored only if it is usable, so that a run that is resumed by hand asks again.

        Args:
            call: the call.
            served: its model.
            messages: those of the first try, its answer, and what is wrong with it.
            first: the key of the first try.
        """
        key = call_key(served.name, [], {}, {"second try of": first})
        if (text := await self._stored_answer(key)) is not None:
            return parse(text, call.answer)
        reply = await self._reply_with_retries(call, served, messages)
        try:
            answer = parse(reply.text, call.answer)
        except UnparsableReplyError as error:
            await self._store(call, served, key, reply, None)
            problem = _CUT_OFF if reply.cut_off else str(error)
            raise ModelAnswerError(
                "model.unusable_answer", call=call, model=served.name, problem=problem
            ) from None
        await self._store(call, served, key, reply, reply.text)
        return answer

    async def _stored_answer(self, key: str) -> str | None:
        entry = await self.ledger.get(key)
        return entry.answer if entry else None

    async def _store(
        self, call: Call[T], served: ServedModel, key: str, reply: Reply, text: str | None
    ) -> None:
        """Store a reply in the ledger; ``text`` is None where it is unusable."""
        usage = _usage(served, reply)
        entry = Entry(text, usage, served.name, call.role.value, call.round)
        await self.ledger.put(key, entry)

    async def _reply_with_retries(
        self, call: Call[T], served: ServedModel, messages: Sequence[Message]
    ) -> Reply:
        """The reply of the server, with retries.

        Raises:
            ModelRefusedError, ModelUnavailableError, SpentError: see ``ask``.
        """
        began = time.monotonic()
        timeouts, attempts_made = self.timeouts, 0

        async def attempt() -> Reply:
            nonlocal attempts_made
            attempts_made += 1
            return await self._paid_attempt(call, served, messages, began + timeouts.all_s)

        async def hold(error: _BusyError) -> None:
            if error.is_limited and error.retry_after_s:
                await self.limiter.hold(served.name, error.retry_after_s)

        retry = Retry(
            timeouts.attempts, timeouts.backoff_s, _LONGEST_BACKOFF_S, all_s=timeouts.all_s
        )
        try:
            return await retry.async_caller(hold)(attempt)
        except _BusyError as error:
            more = error.retry_after_s
            raise ModelUnavailableError(
                "model.given_up_asked_to_wait" if more else "model.given_up",
                call=call,
                model=served.name,
                attempts=attempts_made,
                seconds=f"{time.monotonic() - began:.0f}",
                wait=f"{more or 0:.0f}",
                said=error,
            ) from None

    async def _paid_attempt(
        self, call: Call[T], served: ServedModel, messages: Sequence[Message], until: float
    ) -> Reply:
        """One attempt within the budget, in the strictest JSON mode that the server supports.

        Raises:
            _BusyError: a later attempt may succeed.
            ModelRefusedError, SpentError: see ``ask``.
        """
        size = sum(estimate_tokens(text) for _, text in messages) + EXPECTED_ANSWER_TOKENS
        while True:
            json_mode = self._json_modes.get(served.name, served.json_mode)
            seconds_left = max(0.0, until - time.monotonic())
            with self.meter.reserve(size):
                outcome = await self._attempt(call, served, messages, json_mode, seconds_left)
            if isinstance(outcome, Reply):
                self.meter.add(_usage(served, outcome))
                return outcome
            if outcome.about_schema and (simpler := json_mode.next()):
                self._json_modes[served.name] = simpler
            elif outcome.transient:
                raise _BusyError(outcome)
            else:
                raise ModelRefusedError(
                    "model.refused", call=call, model=served.name, said=outcome.message
                )

    async def _attempt(
        self,
        call: Call[T],
        served: ServedModel,
        messages: Sequence[Message],
        json_mode: JsonMode,
        seconds_left: float,
    ) -> Reply | CallFailure:
        seconds = min(self.timeouts.attempt_s, seconds_left)
        if (rest := self.meter.seconds_left) is not None:
            seconds = min(seconds, rest)
        schema = schema_of(call.answer, call.most, json_mode is JsonMode.BOUNDED)
        title = call.answer.__name__.lower()
        asked = messages if json_mode.uses_schema else _with_schema(messages, schema)
        size = sum(estimate_tokens(text) for _, text in asked) + EXPECTED_ANSWER_TOKENS
        try:
            runnable = with_json_output(served.model, served.provider, title, schema, json_mode)
            async with self.limiter.admit(served.name, size), asyncio.timeout(seconds):
                began = time.monotonic()
                value = await runnable.ainvoke(list(asked))
                ended = time.monotonic()
            reply = read_reply(value, size - EXPECTED_ANSWER_TOKENS)
        except TimeoutError as error:
            if not str(error):
                error = TimeoutError(f"no complete answer within {seconds:.0f} s")
            return classify(error, self.secrets)
        except Exception as error:
            # Every provider's client has its own exceptions; ``classify`` knows what they mean.
            return classify(error, self.secrets)
        if self.on_call:
            size = sum(len(text) for _, text in asked)
            usage = _usage(served, reply)
            self.on_call(Record(call.role, call.round, served.name, size, usage, began, ended))
        return reply


class _BusyError(TransientError):
    """A server was busy or did not answer; ``is_limited`` for too many requests (429)."""

    def __init__(self, failure: CallFailure) -> None:
        super().__init__(failure.message, failure.retry_after_s)
        self.is_limited = failure.status == 429


def _usage(served: ServedModel, reply: Reply) -> Usage:
    return Usage(
        calls=1,
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.answer_tokens,
        cost=served.cost(reply.prompt_tokens, reply.answer_tokens),
    )


def _request_to_repair(text: str, problem: str) -> list[Message]:
    asked = f"This cannot be used: {problem}. Answer again, with the JSON object alone."
    return [("assistant", text[:_MOST_CHARACTERS_SHOWN_AGAIN] or "(nothing)"), ("user", asked)]


def _with_schema(messages: Sequence[Message], schema: dict[str, Any]) -> list[Message]:
    """The messages with the schema in the prompt, for servers that do not support schemas."""
    form = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    words = f"Answer with one JSON object of this JSON schema, and nothing else:\n{form}"
    (role, system), *rest = messages
    return [(role, f"{system}\n\n{words}"), *rest]
