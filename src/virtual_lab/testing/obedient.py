"""The obedient model: it follows orders in documents, which is the worst case for injections."""

from __future__ import annotations

from collections.abc import Sequence

from virtual_lab.testing.scripted import Ask, Json, ScriptedModel


class ObedientModel(ScriptedModel):
    """Repeats an order everywhere in its answer as soon as the prompt contains it.

    Args:
        orders: the texts that it obeys.
        score: the score that its critic gives.
    """

    def __init__(self, orders: Sequence[str], score: int = 3) -> None:
        super().__init__(score)
        self.orders = tuple(orders)
        self.obeyed: list[str] = []

    def answer(self, ask: Ask) -> Json:
        """The JSON for a request: the script's, with an order in it where the prompt has one."""
        read = [order for order in self.orders if order in ask.text]
        if not read:
            return super().answer(ask)
        self.obeyed += read
        return self._obey(read[0], super().answer(ask))

    def _obey(self, order: str, answer: Json) -> Json:
        """The answer with the order in all its texts."""
        if isinstance(answer, dict):
            return {
                key: order if key in _TEXTS and isinstance(value, str) else self._obey(order, value)
                for key, value in answer.items()
            }
        if isinstance(answer, list):
            obeyed = [self._obey(order, item) for item in answer]
            return [order] if obeyed and isinstance(obeyed[0], str) else obeyed
        return answer


_TEXTS = frozenset({"role", "focus", "why", "claim", "text", "needed", "remaining", "provisional"})
