"""The probe of providers: whether each one answers, or which setting it lacks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from virtual_lab.messages import Message
from virtual_lab.settings import Settings
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration
from virtual_lab.sources.provider_session import ProviderSession
from virtual_lab.sources.registry import not_set, open_provider_context, providers

_QUERY = "food safety"


class ProviderCheck(NamedTuple):
    """The result for one provider.

    Attributes:
        provider: its name.
        outcome: "answers", "fails" or "not configured".
        reason: why it fails, or which setting is missing; None where it answers.
        seconds: how long it took.
        host: the host that could not be reached; "" where that is not why it fails.
    """

    provider: str
    outcome: str
    reason: Message | None = None
    seconds: float = 0.0
    host: str = ""

    @property
    def detail(self) -> str:
        """The reason in English; "" where there is none."""
        return self.reason.text() if self.reason else ""

    def as_message(self) -> Message:
        """The outcome and its reason, in any language."""
        if self.reason is None:
            return Message.of("doctor.provider_answers")
        code = "doctor.provider_fails" if self.outcome == "fails" else "doctor.provider_not_set"
        return Message.of(code, reason=self.reason)


def is_offline(checked: Sequence[ProviderCheck]) -> bool:
    """Whether there seems to be no network: no configured provider could be reached."""
    configured = [line for line in checked if line.outcome != "not configured"]
    return bool(configured) and all(line.host for line in configured)


async def check_sources(settings: Settings) -> list[ProviderCheck]:
    """Ask all providers for one source, at the same time."""
    async with open_provider_context(settings) as context:
        return list(await asyncio.gather(*(_check(context, one) for one in providers())))


async def _check(context: ProviderContext, declared: ProviderDeclaration) -> ProviderCheck:
    name, lacking = declared.name, declared.lacks(context.settings)
    if lacking:
        return ProviderCheck(name, "not configured", not_set(lacking))
    start = time.monotonic()
    connector = await declared.make(context)
    provider = ProviderSession(connector, context.settings.source_timeout_s)
    result = await provider.ask([_QUERY], 1)
    seconds = time.monotonic() - start
    if result.failure:
        return ProviderCheck(name, "fails", result.failure.reason, seconds, provider.unreachable)
    return ProviderCheck(name, "answers", seconds=seconds)
