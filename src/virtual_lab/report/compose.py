"""The composition of a report from a verified draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import PurePath

from virtual_lab.domain import (
    Analysis,
    Coverage,
    Critique,
    Draft,
    Language,
    Mode,
    Plan,
    Question,
    Report,
    Round,
    Section,
    Source,
    SpecialistScore,
    Usage,
)


def compose_report(
    *,
    question: Question,
    language: Language,
    mode: Mode,
    plan: Plan,
    draft: Draft,
    coverage: Coverage,
    analyses: Sequence[Analysis],
    critiques: Sequence[Critique],
    stopped_because: str,
    source_of: Callable[[str], Source],
    usage: Usage | None = None,
    minutes: float | None = None,
    partial: bool = False,
) -> Report:
    """The report of a run.

    Args:
        draft: a draft with verified findings only; references to dropped findings are removed.
        source_of: gives a source by its id.
        usage: the tokens and the cost of the run's model calls.
        minutes: how long the run took.
        partial: whether the run was stopped before its end.

    Returns:
        a report whose references are in the order of their first citations.
    """
    kept = {finding.id for section in draft.sections for finding in section.findings}
    strongest = tuple(key for key in draft.strongest if key in kept)
    return Report(
        title=draft.title,
        topic=question.topic,
        constraints=question.constraints,
        language=language,
        mode=mode,
        short_answer=strongest,
        caveat=draft.caveat if strongest else "",
        sections=draft.sections,
        disagreements=tuple(d for d in draft.disagreements if kept.issuperset(d.finding_ids)),
        missing=draft.missing,
        bridges=plan.bridges,
        team=plan.specialists,
        team_why=plan.why,
        rounds=_rounds(plan, analyses, critiques),
        stopped_because=stopped_because,
        partial=partial,
        references=references_of(draft.sections, strongest, source_of),
        coverage=coverage,
        as_of=datetime.now(UTC).date().isoformat(),
        abstract=draft.abstract,
        proposals=plan.proposals,
        usage=usage,
        minutes=minutes,
    )


def _rounds(
    plan: Plan, analyses: Sequence[Analysis], critiques: Sequence[Critique]
) -> tuple[Round, ...]:
    """The rounds, with an entry for each specialist that worked or was scored in the round."""
    found = {(a.specialist, a.round): len(a.findings) for a in analyses}
    given = {(c.specialist, c.round): c for c in critiques}
    rounds = []
    for number in sorted({number for _, number in (*found, *given)}):
        scores = []
        for specialist in plan.specialists:
            key = (specialist.id, number)
            if key not in found and key not in given:
                continue
            critique = given.get(key)
            scores.append(
                SpecialistScore(
                    specialist=specialist.id,
                    role=specialist.role,
                    score=critique.score if critique else None,
                    findings=found.get(key, 0),
                    improved=critique.improved if critique else "",
                    remaining=critique.remaining if critique else "",
                    needed=critique.needed if critique else "",
                )
            )
        rounds.append(Round(number=number, scores=tuple(scores)))
    return tuple(rounds)


def references_of(
    sections: Sequence[Section], strongest: Sequence[str], source_of: Callable[[str], Source]
) -> tuple[Source, ...]:
    """The sources that the findings cite, in the order of the report: the short answer first."""
    findings = {finding.id: finding for section in sections for finding in section.findings}
    order = [*strongest, *(key for key in findings if key not in strongest)]
    cited = dict.fromkeys(quote.source_id for key in order for quote in findings[key].quotes)
    return tuple(_public(source_of(source_id)) for source_id in cited)


def _public(source: Source) -> Source:
    """The source without the folder of its file, which readers of the report must not see."""
    name = PurePath(source.path).name if source.path else None
    return source.model_copy(update={"path": name})
