"""What happens to findings from round to round, with models that each do one thing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.model_runs import ask, research, unproven
from virtual_lab.domain import Report
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.starter import STARTER, add_starter
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.testing import ModelServer, RequestKind, ScriptedModel
from virtual_lab.testing.scripted import Ask, Json
from virtual_lab.text.glossary import load_glossary


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    index = Index(tmp_path_factory.mktemp("library") / "library.sqlite3")
    add_starter(index)
    yield Retriever(index, load_glossary(), [STARTER])
    index.close()


def is_revision(ask: Ask) -> bool:
    return "Your findings so far" in ask.user


def claims(report: Report, specialist: str = "s1") -> list[str]:
    return [f.claim for f in report.findings().values() if f.specialist == specialist]


class Reviser(ScriptedModel):
    """Takes its first finding back and corrects its second."""

    def work(self, ask: Ask) -> Json:
        handed = super().work(ask)
        if is_revision(ask):
            handed["findings"] = [{**handed["findings"][0], "replaces": 2}]
            handed["withdraw"] = [1]
        return handed


def test_a_finding_can_be_taken_back_and_corrected(retriever: Retriever) -> None:
    with ModelServer(Reviser(findings=3)) as server:
        first = research(server, retriever, ask(rounds=1))
        revised = research(server, retriever, ask(rounds=2))
    before, after = claims(first), claims(revised)
    assert len(before) == 3
    assert len(after) == 2
    assert before[0] not in after
    assert before[1] not in after
    assert before[2] in after
    assert unproven(revised, retriever) == []


class Doubter(ScriptedModel):
    """A critic that does not believe the first finding, and thinks less of everybody each time."""

    def verdicts(self, ask: Ask) -> Json:
        given = super().verdicts(ask)
        for verdict in given["specialists"]:
            verdict["score"] = 2 if "Last round" in ask.user else 3
        given["specialists"][0]["unsupported"] = [1]
        return given


def test_what_the_critic_does_not_believe_is_left_out_and_counted(retriever: Retriever) -> None:
    with ModelServer(ScriptedModel()) as server:
        believed = research(server, retriever)
    with ModelServer(Doubter()) as server:
        report = research(server, retriever)
    doubted = claims(believed)[0]
    assert doubted not in claims(report)
    assert [d.claim for d in report.coverage.dropped] == [doubted]
    assert "critic" in report.coverage.dropped[0].reason


def test_the_critic_may_lower_a_score(retriever: Retriever) -> None:
    with ModelServer(Doubter()) as server:
        report = research(server, retriever, ask(rounds=2))
    scores = [[score.score for score in entry.scores] for entry in report.rounds]
    assert scores == [[3, 3], [2, 2]]


class Careless(ScriptedModel):
    """Claims a number too much, and leaves it out when it is told."""

    def work(self, ask: Ask) -> Json:
        handed = super().work(ask)
        if "findings failed" in ask.user:
            handed["findings"] = [{**c, "replaces": n} for n, c in enumerate(handed["findings"], 1)]
        else:
            for claim in handed["findings"]:
                claim["claim"] = claim["claim"].rstrip(".") + ", 98765."
        return handed


def test_a_failed_claim_is_corrected_once_in_the_last_round(retriever: Retriever) -> None:
    with ModelServer(Careless(findings=2)) as server:
        report = research(server, retriever)
        repairs = [s.ask.user for s in server.served if "findings failed" in s.ask.user]
    assert len(repairs) == 2
    assert all("98765 is not in the quotes" in prompt for prompt in repairs)
    assert len(report.findings()) >= 2, "two of each specialist, though both may find the same"
    assert not any("98765" in finding.claim for finding in report.findings().values())
    assert report.coverage.dropped == ()


def test_in_earlier_rounds_it_is_shown_in_the_next(retriever: Retriever) -> None:
    with ModelServer(Careless(findings=2)) as server:
        research(server, retriever, ask(rounds=2))
        revisions = [s.ask.user for s in server.served if is_revision(s.ask)]
        repairs = [s for s in server.served if "findings failed" in s.ask.user]
    assert len(revisions) == len(repairs) == 2
    assert all("98765 is not in the quotes" in prompt for prompt in revisions)


class Minuter(ScriptedModel):
    """Sees one dispute that the findings carry, and one that nobody ever had."""

    def stand(self, ask: Ask) -> Json:
        noted = super().stand(ask)
        first = noted["provisional"]
        noted["disputed"] = [
            {"text": first, "findings": [1, 2]},
            {"text": "Finding one says 98765 and the other says nothing.", "findings": [1, 2]},
            {"text": first, "findings": [1]},
        ]
        return noted


def test_a_dispute_is_reported_where_findings_carry_it(retriever: Retriever) -> None:
    with ModelServer(Minuter()) as server:
        report = research(server, retriever)
    assert [entry.kind for entry in report.disagreements] == ["disputed"]
    assert "98765" not in report.disagreements[0].about
    assert set(report.disagreements[0].finding_ids) <= set(report.findings())


class Echo(ScriptedModel):
    """Specialists that all look for the same and find the same."""

    def team(self, ask: Ask) -> Json:
        made = super().team(ask)
        for member in made["specialists"]:
            member["queries"] = ["safety assessment of foods"]
        return made


def test_a_finding_of_two_specialists_stands_once(retriever: Retriever) -> None:
    with ModelServer(Echo()) as server:
        report = research(server, retriever)
        handed = [s for s in server.served if s.ask.kind is RequestKind.FINDINGS]
    assert len(handed) == 2
    said = [finding.claim for finding in report.findings().values()]
    assert len(said) == len(set(said)) > 0
    assert claims(report, "s2") == []
    assert report.sections[1].note
