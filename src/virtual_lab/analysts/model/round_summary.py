"""The summary of a round: what is agreed, disputed and open, and the answer so far."""

from __future__ import annotations

from virtual_lab.analysts.analyst import TeamState
from virtual_lab.analysts.meter import SpentError
from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import one_line, show_findings
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.output_schemas import Stand
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Disagreement, Finding, Sentence, Summary
from virtual_lab.errors import ModelError
from virtual_lab.messages import say
from virtual_lab.verification.verify import reject_sentence

_MOST_CHARACTERS = 400


async def summarise_round(model_run: ModelRun, team_state: TeamState) -> Summary:
    """The summary of a round; only counts where the call fails, since the run can continue."""
    findings = list(team_state.findings)
    if not findings:
        return _counts_only(team_state)
    prompt = model_run.prompts.fill(
        "summarise",
        question=team_state.inquiry.question.topic,
        work=show_findings(findings, quotes=False),
    )
    try:
        answer = await model_run.caller.ask(Call(Role.SUMMARISE, prompt, Stand, team_state.round))
    except (ModelError, SpentError):
        return _counts_only(team_state)
    checker = _SentenceChecker(team_state, findings)
    return Summary(
        round=team_state.round,
        agreed=checker.texts([(w.text, w.findings) for w in answer.agreed]),
        disputed=checker.texts([(w.text, w.findings) for w in answer.disputed]),
        disagreements=checker.disagreements([(w.text, w.findings) for w in answer.disputed]),
        open=tuple(one_line(text, _MOST_CHARACTERS) for text in answer.open),
        provisional=one_line(answer.provisional, _MOST_CHARACTERS)
        or _counts_only(team_state).provisional,
    )


class _SentenceChecker:
    """Accepts only sentences that are supported by the findings that they cite."""

    def __init__(self, team_state: TeamState, findings: list[Finding]) -> None:
        self._language = team_state.inquiry.language
        self._numbered = dict(enumerate(findings, 1))
        self._by_id = {finding.id: finding for finding in findings}

    def texts(self, written: list[tuple[str, list[int]]]) -> tuple[str, ...]:
        return tuple(text for text, numbers in written if self._ids(text, numbers))

    def disagreements(self, written: list[tuple[str, list[int]]]) -> tuple[Disagreement, ...]:
        found = []
        for text, numbers in written:
            ids = self._ids(text, numbers)
            if len(ids) >= 2:
                about = one_line(text, _MOST_CHARACTERS)
                found.append(Disagreement(kind="disputed", about=about, finding_ids=ids[:2]))
        return tuple(found)

    def _ids(self, text: str, numbers: list[int]) -> tuple[str, ...]:
        ids = tuple(dict.fromkeys(self._numbered[n].id for n in numbers if n in self._numbered))
        sentence = Sentence(text=text, finding_ids=ids)
        return () if reject_sentence(sentence, self._by_id, self._language) else ids


def _counts_only(team_state: TeamState) -> Summary:
    sources = {quote.source_id for finding in team_state.findings for quote in finding.quotes}
    return Summary(
        round=team_state.round,
        provisional=say(
            "model.no_minutes",
            team_state.inquiry.language,
            findings=len(team_state.findings),
            sources=len(sources),
        ),
    )
