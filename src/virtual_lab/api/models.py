"""What goes in: the bodies of requests."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from virtual_lab.domain import MAX_TOPIC_LENGTH, Language, Question
from virtual_lab.settings import Settings

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
        """The question; where an option is left out, the settings count."""
        given = self.model_dump(exclude_unset=True)
        defaults = {name: getattr(settings, name) for name in _FROM_SETTINGS}
        return Question.model_validate({**defaults, **given})


class QueryRequest(TopicRequest):
    """A question, as ``query``, with the options of its run; the query alone is needed."""

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
