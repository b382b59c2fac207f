"""Asking: what was filled in on the first page becomes a question."""

from __future__ import annotations

from typing import NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from virtual_lab.domain import Question
from virtual_lab.errors import InvalidInputError
from virtual_lab.settings import Settings


class Asked(NamedTuple):
    """The form as it was filled in. ``key`` belongs to the form, so that sending it twice, as by
    a double click, starts one run."""

    topic: str = ""
    constraints: str = ""
    collection: str = ""
    language: str = "auto"
    rounds: str = ""
    specialists: str = ""
    minutes: str = ""
    key: str = ""

    @classmethod
    def blank(cls, settings: Settings, topic: str = "", collection: str = "") -> Asked:
        """A form that nothing was filled in yet."""
        return cls(
            topic=topic,
            collection=collection,
            language=settings.language,
            rounds=str(settings.rounds),
            key=str(uuid4()),
        )

    def question(self) -> Question:
        """The question.

        Raises:
            InvalidInputError: something cannot be used; says what.
        """
        given = {
            "topic": self.topic,
            "constraints": self.constraints,
            "language": self.language,
            "rounds": self.rounds,
            "specialists": self.specialists or None,
            "collections": (self.collection,) if self.collection else (),
            "budget": {"minutes": self.minutes or None},
        }
        try:
            return Question.model_validate(given)
        except ValidationError as error:
            faults = [f"{item['loc'][0]}: {item['msg']}" for item in error.errors()]
            raise InvalidInputError("; ".join(faults)) from None

    def run_key(self, question: Question) -> str:
        """The same for the same form with the same question in it."""
        return f"{self.key}:{question.model_dump_json()}"
