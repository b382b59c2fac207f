"""The question form of the home page, from which a question is made."""

from __future__ import annotations

from typing import NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from virtual_lab.domain import MAX_TOPIC_LENGTH, Question
from virtual_lab.settings import Settings


class QuestionForm(NamedTuple):
    """The values of the form. ``key`` identifies the form, so that sending it twice, as by a
    double click, starts only one run."""

    topic: str = ""
    constraints: str = ""
    collection: str = ""
    language: str = "auto"
    rounds: str = ""
    specialists: str = ""
    model: str = ""
    sources: tuple[str, ...] = ()
    urls: str = ""
    minutes: str = ""
    tokens: str = ""
    cost: str = ""
    key: str = ""

    @classmethod
    def blank(cls, settings: Settings, topic: str = "", collection: str = "") -> QuestionForm:
        """A new form with the defaults of the settings."""
        return cls(
            topic=topic[:MAX_TOPIC_LENGTH],
            collection=collection,
            language=settings.language,
            rounds=str(settings.rounds),
            sources=tuple(settings.sources.replace(" ", "").lower().split(",")),
            key=str(uuid4()),
        )

    def question(self) -> Question:
        """The question of the form.

        Raises:
            ValidationError: a field is not valid; ``faults_of`` gives which.
        """
        limits = {"minutes": self.minutes, "tokens": self.tokens, "cost": self.cost}
        given = {
            "topic": self.topic,
            "constraints": self.constraints,
            "language": self.language,
            "rounds": self.rounds,
            "specialists": self.specialists or None,
            "collections": (self.collection,) if self.collection else (),
            "model": self.model,
            "sources": self.sources or ("none",),
            "urls": tuple(self.urls.split()),
            "budget": {name: value or None for name, value in limits.items()},
        }
        return Question.model_validate(given)

    def run_key(self, question: Question) -> str:
        """The idempotency key: the same for the same form with the same question."""
        return f"{self.key}:{question.model_dump_json()}"


def faults_of(error: ValidationError) -> tuple[str, ...]:
    """The names of the fields that are not valid, each once."""
    places = [item["loc"] for item in error.errors()]
    return tuple(
        dict.fromkeys(str(place[1] if place[0] == "budget" else place[0]) for place in places)
    )
