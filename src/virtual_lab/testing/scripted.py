"""The scripted model: it answers for each role from the text of the prompt."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from virtual_lab.text.sentences import split_sentences

Json = dict[str, Any]

_HANGUL = re.compile(r"[가-힣]")
_PASSAGE = re.compile(
    r"^\[(\d+)\] [^\n]*\n(.*?)(?=^\[\d+\] |^</passages>)", re.DOTALL | re.MULTILINE
)
_FINDING = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_PAIR = re.compile(r"^\[(\d+)\] (.*)\n> (.*)$", re.MULTILINE)
_MEMBER = re.compile(r"^(s\d+): ", re.MULTILINE)
_THEME = re.compile(r"^- (.+?) \(\d+(?: of \d+)?\)$", re.MULTILINE)
_SIZE = re.compile(r"(?:Name|Choose) (\d)|전문가 (\d)")
_TERM = re.compile(r"([가-힣][^=;:\n]*?) = ([^=;\n]+)")
_WORD = re.compile(r"[A-Za-z]{4,}|[가-힣]{2,}")
# The lengths of sentences that are quoted, in characters.
_SHORTEST_SENTENCE, _LONGEST_SENTENCE = 40, 400


class RequestKind(StrEnum):
    """The kind of a request, recognised by the schema of its answer or by its path."""

    TEAM = "team"
    FINDINGS = "findings"
    VERDICTS = "verdicts"
    STAND = "stand"
    PROSE = "prose"
    TRANSLATION = "translation"
    JUDGEMENTS = "judgements"
    EMBEDDINGS = "embeddings"


_KEYS = {
    RequestKind.FINDINGS: "findings",
    RequestKind.STAND: "provisional",
    RequestKind.PROSE: "sentences",
    RequestKind.TRANSLATION: "texts",
    RequestKind.JUDGEMENTS: "pairs",
    RequestKind.TEAM: "why",
}


class Ask(NamedTuple):
    """One request: its kind, and the texts of its messages."""

    kind: RequestKind
    system: str
    user: str

    @property
    def text(self) -> str:
        """The texts of all messages."""
        return f"{self.system}\n{self.user}"

    @property
    def korean(self) -> bool:
        """Whether the answer should be in Korean."""
        return bool(_HANGUL.match(self.system))


def read_request(body: Mapping[str, Any]) -> Ask:
    """Read the body of an OpenAI chat request."""
    messages = body["messages"]
    system = "\n".join(m["content"] for m in messages if m["role"] == "system")
    user = "\n".join(m["content"] for m in messages if m["role"] == "user")
    form = body.get("response_format") or {}
    schema = form.get("json_schema", {}).get("schema")
    if schema is None:
        start = system.find('{"')
        schema, _ = json.JSONDecoder().raw_decode(system, start) if start >= 0 else ({}, 0)
    properties = schema.get("properties", {})
    kind = next((kind for kind, key in _KEYS.items() if key in properties), RequestKind.VERDICTS)
    return Ask(kind, system, user)


class ScriptedModel:
    """Answers with sentences of the passages, as quotes and as claims.

    Args:
        score: the score that the critic gives; below 4 the lab starts another round.
        findings: how many findings a specialist gives with each call.
    """

    def __init__(self, score: int = 3, findings: int = 4) -> None:
        self.score = score
        self.findings = findings

    def answer(self, ask: Ask) -> Json:
        """The JSON for a request."""
        makers = {
            RequestKind.TEAM: self.team,
            RequestKind.FINDINGS: self.work,
            RequestKind.VERDICTS: self.verdicts,
            RequestKind.STAND: self.stand,
            RequestKind.PROSE: self.prose,
            RequestKind.TRANSLATION: self.translation,
            RequestKind.JUDGEMENTS: self.judgements,
        }
        return makers[ask.kind](ask)

    def team(self, ask: Ask) -> Json:
        """Specialists for the first themes of the library."""
        size = _SIZE.search(ask.user)
        wanted = int(size[1] or size[2]) if size else 3
        themes = _THEME.findall(ask.user) or ["the question"]
        members = []
        for number in range(wanted):
            theme = themes[number % len(themes)][:70]
            role = f"{theme} 전문가" if ask.korean else f"{theme} expert"
            members.append(
                {
                    "role": role,
                    "focus": theme,
                    "why": f"{theme}: 필요하다." if ask.korean else f"It covers {theme}.",
                    "queries": [theme, _question(ask.user)],
                }
            )
        why = "주제를 따랐다." if ask.korean else "It follows the themes of the library."
        return {"why": why, "specialists": members}

    def work(self, ask: Ask) -> Json:
        """Findings: the sentences of the passages that share most words with the question."""
        wanted = set(_WORD.findall(_question(ask.user).lower()))
        known = set(_FINDING.findall(ask.user.split("<passages>")[0]))
        said = {claim for _, claim in known}
        ranked = []
        for number, text in _PASSAGE.findall(ask.user):
            for sentence in _statements(text):
                if not any(claim.startswith(sentence[:80]) for claim in said):
                    shared = len(wanted & set(_WORD.findall(sentence.lower())))
                    ranked.append((-shared, int(number), sentence))
        ranked.sort()
        claims = []
        for _, number, sentence in ranked[: self.findings]:
            claims.append(
                {
                    "replaces": 0,
                    "claim": self.claim(sentence, ask),
                    "quotes": [{"passage": number, "text": sentence}],
                }
            )
        return {"findings": claims, "withdraw": [], "open_questions": []}

    def claim(self, sentence: str, ask: Ask) -> str:
        """A claim on a sentence, in the language of the answer."""
        if ask.korean == bool(_HANGUL.search(sentence)):
            return sentence
        if not ask.korean:
            return f"The Korean source speaks of {_named(sentence, ask.user, 1)}."
        return f"이 자료는 {_named(sentence, ask.user, 0)}에 관한 내용을 다룬다."

    def verdicts(self, ask: Ask) -> Json:
        """The same score for every specialist."""
        words = _WORD.findall(_question(ask.user))[:2]
        said = "출처가 더 필요하다." if ask.korean else "More independent sources are needed."
        return {
            "specialists": [
                {
                    "specialist": member,
                    "score": self.score,
                    "improved": said,
                    "remaining": said,
                    "needed": said,
                    "search_for": [" ".join(words)] if words else [],
                    "unsupported": [],
                }
                for member in dict.fromkeys(_MEMBER.findall(ask.user))
            ]
        }

    def stand(self, ask: Ask) -> Json:
        """A summary with the first finding as provisional answer, and nothing else."""
        claims = _claims(ask.user)
        first = claims[0][1] if claims else ""
        return {"agreed": [], "disputed": [], "open": [], "provisional": first}

    def prose(self, ask: Ask) -> Json:
        """Each finding as a sentence; only the first three for a short answer."""
        claims = _claims(ask.user)
        short = "three to five" in ask.user or "3~5문장" in ask.user
        chosen = claims[:3] if short else claims[:10]
        return {"sentences": [{"text": text, "findings": [n]} for n, text in chosen]}

    def translation(self, ask: Ask) -> Json:
        """The numbers of each text with a word of the language around them."""
        texts = []
        for number, text in _claims(ask.user):
            figures = " ".join(re.findall(r"\d+(?:[.,/]\d+)*", text))
            translated = f"번역문 {figures}이다." if ask.korean else f"The translation {figures}."
            texts.append({"number": number, "text": translated})
        return {"texts": texts}

    def judgements(self, ask: Ask) -> Json:
        """Judgements: a claim is supported if most of its words are in its evidence."""
        pairs = []
        for number, claim, evidence in _PAIR.findall(ask.user):
            said = set(_WORD.findall(claim.lower()))
            carried = said & set(_WORD.findall(evidence.lower()))
            pairs.append({"number": int(number), "supported": 2 * len(carried) > len(said)})
        return {"pairs": pairs}


def _question(user: str) -> str:
    match = re.search(r"^(?:Question[^:\n]*|질문|보고서의 질문): (.+)$", user, re.MULTILINE)
    return match[1] if match else ""


def _claims(user: str) -> list[tuple[int, str]]:
    return [(int(number), text.split(" [")[0]) for number, text in _FINDING.findall(user)]


def _statements(text: str) -> list[str]:
    return [
        sentence
        for paragraph in text.split("\n")
        for sentence in split_sentences(paragraph)
        if _SHORTEST_SENTENCE <= len(sentence) <= _LONGEST_SENTENCE
        and sentence.endswith((".", "다"))
    ]


def _named(sentence: str, user: str, language: int) -> str:
    """The first term of the prompt's list that a sentence contains, in the answer's language."""
    pairs: Sequence[tuple[str, str]] = _TERM.findall(user)
    for pair in pairs:
        if any(name.strip().lower() in sentence.lower() for name in pair):
            return pair[language].strip()
    return ("평가", "assessment")[language]
