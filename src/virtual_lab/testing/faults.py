"""Faults of a model and of its server, and the rules for when they happen."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import NamedTuple

from virtual_lab.testing.scripted import Ask, Json, RequestKind


class ServerFault(StrEnum):
    """What can go wrong."""

    # of the server
    RATE_LIMIT = "429 with Retry-After"
    SERVER_ERROR = "500"
    OVERLOADED = "503"
    UNAUTHORISED = "401 that repeats the key"
    NO_SCHEMA = "400 for response_format"
    SILENT = "never answers"
    ENDLESS = "an endless body"
    DRIP = "a body that drips"
    CUT_CONNECTION = "a connection cut in the body"
    NOT_JSON = "a body that is not JSON"
    NO_CHOICES = "an answer without choices"
    # of the answer's form
    TRUNCATED = "JSON cut off at the limit of tokens"
    BROKEN_JSON = "JSON with a syntax error"
    WRONG_SCHEMA = "JSON of another form"
    EMPTY = "an empty answer"
    NO_JSON = "words without JSON"
    THINKING = "think tags before the JSON"
    FENCED = "JSON in a code fence"
    # of what it says
    MISQUOTE = "quotes that stand nowhere"
    NEAR_QUOTE = "quotes with small slips"
    UNKNOWN_CITATION = "numbers of passages and findings that do not exist"
    INVENTED_NUMBER = "a number that no quote holds"
    OTHER_LANGUAGE = "claims in another language"
    MISSING_SCORE = "a critic without scores"


SERVER_FAULTS = frozenset(
    {
        ServerFault.RATE_LIMIT, ServerFault.SERVER_ERROR, ServerFault.OVERLOADED,
        ServerFault.UNAUTHORISED, ServerFault.NO_SCHEMA, ServerFault.SILENT, ServerFault.ENDLESS,
        ServerFault.DRIP, ServerFault.CUT_CONNECTION, ServerFault.NOT_JSON, ServerFault.NO_CHOICES,
    }
)  # fmt: skip


class Rule(NamedTuple):
    """A fault, the kind of request that gets it (None: all), and how often (None: always)."""

    fault: ServerFault
    kind: RequestKind | None = None
    times: int | None = 1


def spoil_content(fault: ServerFault, answer: Json, ask: Ask) -> Json:
    """The answer with a fault in its content."""
    spoilt: Json = json.loads(json.dumps(answer))
    quotes = [quote for claim in spoilt.get("findings", ()) for quote in claim["quotes"]]
    sentences = spoilt.get("sentences", [])
    if fault is ServerFault.MISQUOTE:
        for quote in quotes:
            quote["text"] = "Nobody ever wrote this sentence in any of the passages shown here."
    elif fault is ServerFault.NEAR_QUOTE:
        for quote in quotes:
            quote["text"] = f"“{quote['text'].replace(' ', '  ', 1).rstrip('.')}"
    elif fault is ServerFault.UNKNOWN_CITATION:
        for quote in quotes:
            quote["passage"] = 99
        for sentence in sentences:
            sentence["findings"] = [77]
    elif fault is ServerFault.INVENTED_NUMBER:
        for text in [*spoilt.get("findings", ()), *sentences]:
            key = "claim" if "claim" in text else "text"
            text[key] = f"{text[key].rstrip('.')}, 98765."
    elif fault is ServerFault.OTHER_LANGUAGE:
        other = (
            "This sentence is written in another language than the report."
            if ask.korean
            else "이 문장은 보고서와 다른 언어로 쓰였다."
        )
        for text in [*spoilt.get("findings", ()), *sentences]:
            text["claim" if "claim" in text else "text"] = other
    elif fault is ServerFault.MISSING_SCORE:
        for verdict in spoilt.get("specialists", ()):
            verdict.pop("score", None)
    return spoilt


def spoil_form(fault: ServerFault | None, text: str) -> tuple[str, str]:
    """The answer's text with a fault in its form, and its ``finish_reason``."""
    spoilt = {
        ServerFault.BROKEN_JSON: text.replace('":', '" ', 1),
        ServerFault.WRONG_SCHEMA: '{"unexpected": true}',
        ServerFault.EMPTY: "",
        ServerFault.NO_JSON: "I am sorry, but I would rather talk about the weather.",
        ServerFault.THINKING: f"<think>Is {{this}} the way? Yes.</think>\n{text}",
        ServerFault.FENCED: f"Here you are:\n```json\n{text}\n```\nAnything else?",
    }
    if fault is ServerFault.TRUNCATED:
        return text[: len(text) // 2], "length"
    return (spoilt.get(fault, text) if fault else text), "stop"
