"""What each role answers: the JSON that a model is asked for, and how it is read.

Reading is lenient where nothing is lost by it (a number in a string, "F3" for 3, an unknown
field); the schema that a model gets is strict.
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


def _most(count: int) -> dict[str, Any]:
    """A bound for the model; a longer list is read all the same."""
    return {"maxItems": count}


def _within(characters: int) -> Any:
    """A bound for the model's words, where its server knows such bounds; longer ones are read."""
    return Field(json_schema_extra={"maxLength": characters})


_Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Name = Annotated[_Text, _within(80)]
Line = Annotated[_Text, _within(200)]
Statement = Annotated[_Text, _within(400)]
Words = Annotated[_Text, _within(600)]
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
    queries: list[Name] = Field(json_schema_extra=_most(4))


class Team(Answer):
    """A proposed team."""

    why: Statement
    specialists: list[Member] = Field(min_length=2, json_schema_extra=_most(6))


class Cited(Answer):
    """Words copied from a numbered passage."""

    passage: Number
    text: Words


class Claim(Answer):
    """One claim with its quotes."""

    claim: Statement
    quotes: list[Cited] = Field(json_schema_extra=_most(3))


class Findings(Answer):
    """What a specialist hands in first."""

    findings: list[Claim] = Field(json_schema_extra=_most(12))
    open_questions: list[Line] = Field(default=[], json_schema_extra=_most(3))


class Correction(Claim):
    """A claim that takes the place of the finding with the number ``replaces``; 0 is a new one."""

    replaces: Number = 0


class Revision(Answer):
    """What changes in a later round; ``withdraw`` holds numbers of earlier findings."""

    findings: list[Correction] = Field(json_schema_extra=_most(12))
    withdraw: Numbers = Field(default=[], json_schema_extra=_most(12))
    open_questions: list[Line] = Field(default=[], json_schema_extra=_most(3))


class Corrections(Answer):
    """What a specialist makes of claims that failed."""

    findings: list[Correction] = Field(json_schema_extra=_most(12))


class Verdict(Answer):
    """The critic's word on one specialist; ``unsupported`` holds numbers of findings."""

    specialist: Name
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    improved: Line = ""
    remaining: Statement = ""
    needed: Line = ""
    search_for: list[Name] = Field(default=[], json_schema_extra=_most(3))
    unsupported: Numbers = Field(default=[], json_schema_extra=_most(12))


class Verdicts(Answer):
    """The critic's word on the team."""

    specialists: list[Verdict] = Field(json_schema_extra=_most(6))


class Written(Answer):
    """One sentence and the numbers of the findings that it rests on."""

    text: Statement
    findings: Numbers = Field(json_schema_extra=_most(8))


class Prose(Answer):
    """Sentences in order."""

    sentences: list[Written] = Field(json_schema_extra=_most(_MOST_SENTENCES))


class Stand(Answer):
    """Where the team stands."""

    agreed: list[Written] = Field(default=[], json_schema_extra=_most(4))
    disputed: list[Written] = Field(default=[], json_schema_extra=_most(4))
    open: list[Line] = Field(default=[], json_schema_extra=_most(4))
    provisional: Statement = ""


class Translated(Answer):
    """One text in the other language, under the number that it came with."""

    number: Number
    text: _Text


class Translation(Answer):
    """Texts in the other language."""

    texts: list[Translated] = Field(json_schema_extra=_most(60))


class Judged(Answer):
    """Whether the evidence of one pair supports its claim, under the number of the pair."""

    number: Number
    supported: bool


class Judgements(Answer):
    """The judge's word on pairs of claim and evidence."""

    pairs: list[Judged] = Field(json_schema_extra=_most(60))


@cache
def schema_of(
    answer: type[Answer], most: int | None = None, bounded: bool = False
) -> dict[str, Any]:
    """The JSON schema of an answer as providers' strict modes want it: all required, none extra.

    Args:
        answer: the class of the answer.
        most: items of the list that the answer is about, where it is to be fewer than always.
        bounded: whether texts get a longest length, which not every server knows.
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
    kept = {
        key: {name: _strict(inner, bounded) for name, inner in value.items()}
        if key in ("properties", "$defs")
        else _strict(value, bounded)
        for key, value in node.items()
        if key not in left_out
    }
    if "properties" in kept:
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    return kept
