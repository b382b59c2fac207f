"""The bodies of requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from virtual_lab.domain import MAX_TOPIC_LENGTH, Language, Question
from virtual_lab.domain.work import PageAddress
from virtual_lab.jobs.webhooks import check_webhook
from virtual_lab.settings import Settings
from virtual_lab.store import Priority, Submission

MAX_BATCH = 100
MAX_DELAY_S = 30 * 86_400

_FROM_SETTINGS = ("language", "rounds")
_Topic = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TOPIC_LENGTH)
]


class TopicRequest(Question):
    """A question with the options of its run; the topic alone is needed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "topic": "Which data does the safety assessment of a novel food need?",
                    "constraints": "EU rules only",
                },
                {"topic": "유전자교정 식품의 안전성은 어떻게 평가하는가?", "rounds": 2},
            ]
        }
    )

    topic: _Topic = Field(validation_alias=AliasChoices("topic", "query"))

    def question(self, settings: Settings) -> Question:
        """The question, with the defaults of the settings for options that are left out."""
        given = self.model_dump(exclude_unset=True, include=set(Question.model_fields))
        defaults = {name: getattr(settings, name) for name in _FROM_SETTINGS}
        return Question.model_validate({**defaults, **given})


class QueryRequest(TopicRequest):
    """A question, as ``query``, with the options of its run; the query alone is needed."""

    priority: Literal["interactive", "batch"] | None = Field(
        None,
        description="Interactive runs start before batch runs, however long these have waited;"
        " where left out, a run is interactive, and one of a batch is batch.",
    )
    start_in_s: float | None = Field(
        None, ge=0, le=MAX_DELAY_S, description="Seconds before the run may start."
    )
    start_at: AwareDatetime | None = Field(
        None, description="When the run may start, instead of start_in_s; with its time zone."
    )
    webhook: PageAddress | None = Field(
        None, description="An address that is told of the end of the run, with a signed POST."
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"query": "유전자교정 식품의 안전성은 어떻게 평가하는가?"},
                {
                    "query": "Which data does the safety assessment of a novel food need?",
                    "rounds": 2,
                    "language": "ko",
                },
            ]
        }
    )

    topic: _Topic = Field(validation_alias=AliasChoices("query", "topic"))

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if self.start_at is not None:
            if self.start_in_s is not None:
                raise ValueError("start_in_s and start_at exclude each other")
            if self._delay_s() > MAX_DELAY_S:
                raise ValueError(f"start_at is more than {MAX_DELAY_S // 86_400} days from now")
        return self

    def submission(
        self, settings: Settings, priority: Priority = Priority.INTERACTIVE
    ) -> Submission:
        """The submission of the question.

        Args:
            settings: the settings of the service.
            priority: the priority, if the request names none.

        Raises:
            InvalidInputError: a webhook is named, but this service has no webhooks.
            ForbiddenAddressError: the webhook is not an address of the public web.
        """
        return Submission(
            self.question(settings),
            start_in_s=self._delay_s(),
            webhook=check_webhook(self.webhook, settings) if self.webhook else None,
            priority=Priority[self.priority.upper()] if self.priority else priority,
        )

    def _delay_s(self) -> float:
        if self.start_at is None:
            return self.start_in_s or 0.0
        return max(0.0, (self.start_at - datetime.now(UTC)).total_seconds())


BatchRequest = Annotated[list[QueryRequest], Field(min_length=1, max_length=MAX_BATCH)]
"""Questions that are taken in together, each with the options of its run."""


class SectionRequest(BaseModel):
    """A section of a report, and what its reader asks for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"section": 1, "feedback": "Say which tests are needed, and in which order."},
                {"section": "독성", "feedback": "시험 기간을 밝혀 주세요."},
            ]
        },
    )

    section: Annotated[int, Field(strict=True, ge=1)] | _Topic = Field(
        description="Its title, or its number from 1."
    )
    feedback: _Topic = Field(description="In the reader's own words.")


class TranslationRequest(BaseModel):
    """The language that a report is wanted in."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"language": "ko"}, {"language": "en"}]}
    )

    language: Language
