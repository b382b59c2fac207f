"""Hostile text: real payloads of attackers, and a model that weaves them into all it writes."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from virtual_lab.testing.scripted import Ask, Json, ScriptedModel

SAMPLES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<a href=javascript:alert(1)>click</a>",
    "[click](javascript:alert(1))",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "{{constructor.constructor('alert(1)')()}}",
)
"""One payload for each place that text can break out of."""

_FREE_TEXT = {"role", "focus", "why", "queries", "improved", "remaining", "needed", "provisional"}


def payloads(shared_data: Path) -> list[str]:
    """All payloads of both lists, without what no text may hold."""
    folder = shared_data / "hostile"
    lines = (folder / "xss-payload-list.txt").read_text("utf-8", "replace").splitlines()
    naughty = json.loads((folder / "blns.json").read_text("utf-8"))
    clean = (text.replace("\0", "").strip() for text in (*lines, *naughty))
    return [text.encode("utf-8", "replace").decode() for text in clean if text]


TRAP = "poisoned"
"""A question that holds this word is answered with hostile text."""


class HostileModel(ScriptedModel):
    """Puts a payload behind every text of such answers that is not a quote."""

    def __init__(self) -> None:
        super().__init__()
        self._payloads = itertools.cycle(SAMPLES)

    def answer(self, ask: Ask) -> Json:
        """The JSON for a request."""
        answer = super().answer(ask)
        if TRAP not in ask.text:
            return answer
        spoilt: Json = self._spoil(answer, "")
        return spoilt

    def _spoil(self, value: object, key: str) -> object:
        if isinstance(value, dict):
            return {name: self._spoil(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._spoil(inner, key) for inner in value]
        if isinstance(value, str) and key in _FREE_TEXT:
            return f"{value} {next(self._payloads)}"
        return value
