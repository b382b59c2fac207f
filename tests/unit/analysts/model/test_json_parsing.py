from __future__ import annotations

import pytest

from virtual_lab.analysts.model.json_parsing import UnparsableReplyError, parse
from virtual_lab.analysts.model.output_schemas import Findings, Prose, Team, Verdicts

PROSE = '{"sentences": [{"text": "It is so.", "findings": [1]}]}'


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        f"```json\n{PROSE}\n```",
        f"Here it is:\n{PROSE}\nAnything else?",
        f"<think>{{not}} this</think>{PROSE}",
        f"<THINKING>\nlong\n</THINKING>\n\n{PROSE}",
        f"thought without a beginning</think>{PROSE}",
        f"{PROSE}<think>and then it went on",
    ],
)
def test_the_json_is_found_among_other_words(text: str) -> None:
    prose = parse(text, Prose)
    assert prose.sentences[0].text == "It is so."
    assert prose.sentences[0].findings == [1]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("<think>only this", "empty"),
        ("no json at all", "no JSON object"),
        (PROSE[:-9], "cut off"),
        ('{"sentences": [}', "broken at character"),
        ('{"sentences": [{"findings": [1]}]}', r"sentences.0.text"),
        ('{"other": 1}', "sentences"),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    with pytest.raises(UnparsableReplyError, match=problem):
        parse(text, Prose)


def test_numbers_are_read_however_they_are_written() -> None:
    findings = '{"findings": [{"claim": "c", "quotes": [{"passage": "[3]", "text": "q"}]}]}'
    assert parse(findings, Findings).findings[0].quotes[0].passage == 3
    prose = '{"sentences": [{"text": "t", "findings": ["F1", "finding 2"]}]}'
    assert parse(prose, Prose).sentences[0].findings == [1, 2]
    joined = '{"sentences": [{"text": "t", "findings": "1, 2"}]}'
    assert parse(joined, Prose).sentences[0].findings == [1, 2]


def test_a_missing_score_is_read_as_missing_and_a_wild_one_as_wrong() -> None:
    assert parse('{"specialists": [{"specialist": "s1"}]}', Verdicts).specialists[0].score is None
    with pytest.raises(UnparsableReplyError, match="score"):
        parse('{"specialists": [{"specialist": "s1", "score": 9}]}', Verdicts)


def test_a_team_of_one_is_no_team() -> None:
    member = '{"role": "r", "focus": "f", "why": "w", "queries": []}'
    with pytest.raises(UnparsableReplyError, match="specialists"):
        parse(f'{{"why": "w", "specialists": [{member}]}}', Team)
