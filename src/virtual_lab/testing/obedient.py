"""A model that obeys what it reads, wherever it stands: the worst that an injection can meet."""

from __future__ import annotations

from collections.abc import Sequence

from virtual_lab.testing.scripted import Ask, Json, ScriptedModel


class ObedientModel(ScriptedModel):
    """Does what the orders say as soon as it reads one of them in its prompt.

    Args:
        orders: the texts that it obeys.
    """

    def __init__(self, orders: Sequence[str], score: int = 3) -> None:
        super().__init__(score)
        self.orders = tuple(orders)
        self.obeyed: list[str] = []

    def answer(self, ask: Ask) -> Json:
        """The JSON for a request: the script's, or what an order makes of it."""
        read = [order for order in self.orders if order in ask.text]
        if not read:
            return super().answer(ask)
        self.obeyed += read
        return self._obey(read[0], super().answer(ask))

    def _obey(self, order: str, answer: Json) -> Json:
        """The answer with the order in every text of it."""
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
