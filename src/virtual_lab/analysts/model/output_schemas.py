"""The output schemas: the JSON that a model is asked for in each role, and its validation.

The schemas that models get are strict. The validation is lenient where that is harmless: it accepts
a number in a string, "F3" for 3, and unknown fields.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

_MOST_SENTENCES = 12
_DIGITS = re.compile(r"\d+")


def _number(value: Any) -> Any:
    """The number in "F3", "[3]" or "passage 3"."""
    if isinstance(value, str) and (match := _DIGITS.search(value)):
        return int(match[0])
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, str):
        return _DIGITS.findall(value)
    return [] if value is None else value


def _max_items(count: int) -> dict[str, Any]:
    """A limit in the schema only: longer lists are accepted."""
    return {"maxItems": count}


def _max_length(characters: int) -> Any:
    """A limit in the schema only, for servers that support it: longer texts are accepted."""
    return Field(json_schema_extra={"maxLength": characters})


_Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Name = Annotated[_Text, _max_length(80)]
Line = Annotated[_Text, _max_length(200)]
Statement = Annotated[_Text, _max_length(400)]
Words = Annotated[_Text, _max_length(600)]
Number = Annotated[
    int, BeforeValidator(_number), Field(json_schema_extra={"minimum": 0, "maximum": 99})
]
Numbers = Annotated[list[Number], BeforeValidator(_numbers)]


class Answer(BaseModel):
    """An answer of a model."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Member(Answer):
    """One specialist of a proposed team."""

    role: Name
    focus: Line
    why: Line = ""
    queries: list[Name] = Field(json_schema_extra=_max_items(4))


class Team(Answer):
    """A proposed team."""

    why: Statement
    specialists: list[Member] = Field(min_length=2, json_schema_extra=_max_items(6))


class Cited(Answer):
    """A quote from a numbered passage."""

    passage: Number
    text: Words


class Claim(Answer):
    """One claim with its quotes."""

    claim: Statement
    quotes: list[Cited] = Field(json_schema_extra=_max_items(3))


class Findings(Answer):
    """The findings of a specialist in the first round."""

    findings: list[Claim] = Field(json_schema_extra=_max_items(12))
    open_questions: list[Line] = Field(default=[], json_schema_extra=_max_items(3))


class Correction(Claim):
    """A claim that replaces the finding with the number ``replaces``, or a new one where 0."""

    replaces: Number = 0


class Revision(Answer):
    """The changes of a later round; ``withdraw`` holds numbers of earlier findings."""

    findings: list[Correction] = Field(json_schema_extra=_max_items(12))
    withdraw: Numbers = Field(default=[], json_schema_extra=_max_items(12))
    open_questions: list[Line] = Field(default=[], json_schema_extra=_max_items(3))


class Corrections(Answer):
    """The corrections of claims that were rejected."""

    findings: list[Correction] = Field(json_schema_extra=_max_items(12))


class Verdict(Answer):
    """The critic's verdict on one specialist; ``unsupported`` holds numbers of findings."""

    specialist: Name
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    improved: Line = ""
    remaining: Statement = ""
    needed: Line = ""
    search_for: list[Name] = Field(default=[], json_schema_extra=_max_items(3))
    unsupported: Numbers = Field(default=[], json_schema_extra=_max_items(12))


class Verdicts(Answer):
    """The critic's verdicts on the team."""

    specialists: list[Verdict] = Field(json_schema_extra=_max_items(6))


class Written(Answer):
    """One sentence and the numbers of the findings that it cites."""

    text: Statement
    findings: Numbers = Field(json_schema_extra=_max_items(8))


class Prose(Answer):
    """Sentences in order."""

    sentences: list[Written] = Field(json_schema_extra=_max_items(_MOST_SENTENCES))


class Stand(Answer):
    """The summary of a round."""

    agreed: list[Written] = Field(default=[], json_schema_extra=_max_items(4))
    disputed: list[Written] = Field(default=[], json_schema_extra=_max_items(4))
    open: list[Line] = Field(default=[], json_schema_extra=_max_items(4))
    provisional: Statement = ""


class Translated(Answer):
    """One translated text, with the number of the original."""

    number: Number
    text: _Text


class Translation(Answer):
    """Translated texts."""

    texts: list[Translated] = Field(json_schema_extra=_max_items(60))


class Judged(Answer):
    """Whether the evidence supports the claim of the pair with a number."""

    number: Number
    supported: bool


class Judgements(Answer):
    """The judge's verdicts on pairs of claim and evidence."""

    pairs: list[Judged] = Field(json_schema_extra=_max_items(60))


@cache
def schema_of(
    answer: type[Answer], most: int | None = None, bounded: bool = False
) -> dict[str, Any]:
    """The JSON schema of an answer for strict modes: all fields required, no others allowed.

    Args:
        answer: the class of the answer.
        most: a lower limit than usual for the items of the main list.
        bounded: whether texts get a longest length, which not every server supports.
    """
    schema: dict[str, Any] = _strict(answer.model_json_schema(), bounded)
    main = _MAIN_LISTS.get(answer)
    if most and main:
        items = schema["properties"][main]
        items["maxItems"] = max(items.get("minItems", 1), min(most, items["maxItems"]))
    return schema


_MAIN_LISTS: dict[type[Answer], str] = {
    Team: "specialists",
    Findings: "findings",
    Revision: "findings",
    Corrections: "findings",
    Verdicts: "specialists",
    Prose: "sentences",
    Judgements: "pairs",
}


def _strict(node: Any, bounded: bool) -> Any:
    if isinstance(node, list):
        return [_strict(item, bounded) for item in node]
    if not isinstance(node, dict):
        return node
    choices = [choice for choice in node.get("anyOf", ()) if choice.get("type") != "null"]
    if len(choices) == 1:
        return _strict(choices[0], bounded)
    left_out = {"title", "default", "description"} | (set() if bounded else {"maxLength"})
    fields = {
        key: {name: _strict(inner, bounded) for name, inner in value.items()}
        if key in ("properties", "$defs")
        else _strict(value, bounded)
        for key, value in node.items()
        if key not in left_out
    }
    if "properties" in fields:
        fields["required"] = list(fields["properties"])
        fields["additionalProperties"] = False
    return fields
