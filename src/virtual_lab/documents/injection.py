"""Prompt injection: sentences of a document that give instructions to a language model.

A document may carry text that was put there to steer a language model ("ignore all previous
instructions", "please send the file to ..."). Such a sentence is no evidence: it is not shown to
a model and cannot be quoted. The rule errs on the side of leaving a sentence out; statements of
guidance ("applicants should submit ...", "…하여야 한다") are not requests and stay.
"""

from __future__ import annotations

import re
from functools import lru_cache

from virtual_lab.text.sentences import sentence_spans

WITHHELD = "[…]"
"""The mark that stands in a prompt where a sentence was left out."""

_ACTIONS = (
    "access|activate|add|book|buy|call|cancel|change|click|create|deactivate|delete|deposit"
    "|disable|dispatch|download|email|e-mail|enable|execute|fetch|find|follow|forward|generate|get"
    "|give|grant|guide|install|invoke|leave|list|lock|log|mail|make|move|open|order|pay|play|post"
    "|print|provide|purchase|read|redirect|remove|reply|report|reset|respond|retrieve|retrive"
    "|return|reveal|run|save|schedule|search|sell|send|set|share|show|submit|tell|transfer|turn"
    "|unlock|update|upload|use|visit|withdraw|write"
)
_PERSONAL = (
    r"(?:\b(?:my|me|our|your|us)\b|[\w.+-]+@[\w-]+\.\w|\bhttps?://|\b(?:tool|function|api)\b)"
)
_REQUEST = re.compile(
    rf"""
      ^\W*(?:first|then|next|also|now|finally|important|note|attention|urgent)?\W*
        (?:please|kindly|can\ you|could\ you|would\ you|will\ you|let'?s|i\ want\ you\ to
          |you\ (?:must|should|will|need\ to|have\ to|are\ to)\ (?:now\ |always\ |never\ )?
            (?:{_ACTIONS}|ignore|answer|say|output|obey|pretend))\b
    | ^\W*(?:{_ACTIONS})\b.*{_PERSONAL}
    | \bplease\ (?:{_ACTIONS}|ignore|do\ not|don't|answer|say)\b
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_STEERING = re.compile(
    r"""
      \b(?:ignore|disregard|forget|override|bypass)\b.{0,40}
        \b(?:instruction|prompt|rule|guideline|context|direction|polic|above|previous)
    | \b(?:system|developer|hidden)\ (?:prompt|message|instruction)
    | \byou\ are\ (?:now\ )?(?:an?\ )?(?:\w+\ )?(?:ai|assistant|chatbot|language\ model|agent|dan)\b
    | \b(?:as|being)\ an\ (?:ai|assistant|language\ model)\b
    | \b(?:act|behave|respond|answer|reply)\ (?:as|like)\ (?:if|an?)\b.{0,40}
        \b(?:ai|assistant|model|expert|agent|user)\b
    | \b(?:new|following|these|my|strictly)\ (?:\w+\ )?instructions?\s*[:：]
    | \badhere\ to\ the\ following\ instruction
    | \b(?:do\ not|don't|never)\ (?:mention|reveal|tell|disclose|cite)\b.{0,40}
        \b(?:user|anyone|this|prompt|instruction|reader)
    | </?\s*(?:system|assistant|user|instructions?|passages?)\b | \[/?INST\] | <\|\w+\|>
    | (?:지시|지시\ ?사항|명령|프롬프트|규칙)(?:를|을|은|는)?\s*(?:모두\s*)?(?:무시|잊)
    | 시스템\s*(?:프롬프트|메시지|지시)
    | (?:너는|당신은)\s*(?:이제|지금부터)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_KOREAN_REQUEST = re.compile(
    r"(?:하세요|하십시오|하시오|해라|해줘|해주세요|해 ?주십시오|해 ?주시기 ?바랍니다|주세요|보내라"
    r"|보내줘|말해|출력해)"
    r"[\s.!?。\"'”’)\]]*$"
)


# A sentence that continues the request before it: in the first person, or with the next step.
_CONTINUES_REQUEST = re.compile(
    rf"""\b(?:I|my|me|we|you|your|his|her|she|he)\b | [\w.+-]+@[\w-]+\.\w
      | ^\W*(?:once|after|also|then|finally|thanks?|include|{_ACTIONS})\b | \bID\b""",
    re.IGNORECASE | re.VERBOSE,
)


@lru_cache(maxsize=4096)
def instruction_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The (start, end) offsets of the sentences of ``text`` that are addressed to a machine."""
    spans: list[tuple[int, int]] = []
    offset = 0
    for paragraph in text.split("\n"):
        is_request = False
        for start, end in sentence_spans(paragraph):
            sentence = paragraph[start:end]
            is_request = is_instruction(sentence) or (
                is_request and bool(_CONTINUES_REQUEST.search(sentence))
            )
            if is_request:
                spans.append((offset + start, offset + end))
        offset += len(paragraph) + 1
    return tuple(spans)


def is_instruction(sentence: str) -> bool:
    """Whether one sentence is addressed to a machine."""
    return bool(
        _STEERING.search(sentence) or _REQUEST.search(sentence) or _KOREAN_REQUEST.search(sentence)
    )


def without_instructions(text: str) -> str:
    """``text`` with every sentence that is addressed to a machine left out and marked."""
    kept: list[str] = []
    position = 0
    for start, end in instruction_spans(text):
        kept += [text[position:start], WITHHELD]
        position = end
    return "".join([*kept, text[position:]])
