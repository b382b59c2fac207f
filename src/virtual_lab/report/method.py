"""The part "Method and team" of a report: team, scores, reason for the end, cost."""

from __future__ import annotations

from collections.abc import Iterator

from virtual_lab.domain import Report, Usage
from virtual_lab.messages import say
from virtual_lab.report.numbering import task
from virtual_lab.report.paper import Block, ProseBlock, ReportPart, Scores, Table
from virtual_lab.report.scores import HIGHEST_SCORE, score_rows


def method_part(report: Report) -> ReportPart:
    """The part "Method and team" of a report."""
    language = report.language
    blocks: list[Block] = [
        ProseBlock(text=say(f"report.method_{report.mode}", language)),
        *_team(report),
    ]
    if report.rounds:
        blocks += [_scores(report), *_rounds(report)]
    if report.stopped_because:
        blocks.append(
            ProseBlock(text=say("report.stopped", language, reason=report.stopped_because))
        )
    if report.usage:
        blocks.append(_spent(report.usage, report))
    if report.bridges:
        blocks.append(
            Table(
                caption=say("report.bridged", language),
                head=(say("report.searched_term", language), say("report.searched_as", language)),
                rows=tuple((b.term, b.searched_as) for b in report.bridges),
                widths=(2, 5),
            )
        )
    return ReportPart(title=say("report.method", language), blocks=tuple(blocks))


def _team(report: Report) -> Iterator[Block]:
    """The proposals from which the team was chosen, then the team and the reason for it."""
    language = report.language
    if report.proposals:
        yield Table(
            caption=say("report.proposals", language, trials=report.proposals[0].trials),
            head=tuple(
                say(f"report.{key}", language) for key in ("specialist", "focus", "proposed_in")
            ),
            rows=tuple(
                (p.role, p.focus, say("report.part_of", language, part=p.count, whole=p.trials))
                for p in report.proposals
            ),
            widths=(3, 5, 2),
        )
    if report.team_why:
        yield ProseBlock(text=say("report.team_why", language, reason=report.team_why))
    if report.team:
        yield Table(
            caption=say("report.team", language),
            head=(say("report.specialist", language), say("report.why", language)),
            rows=tuple((s.role, task(s)) for s in report.team),
            widths=(3, 5),
        )


def _scores(report: Report) -> Scores:
    language = report.language
    return Scores(
        caption=say("report.scores", language, most=HIGHEST_SCORE),
        rounds=tuple(say("report.round", language, number=r.number) for r in report.rounds),
        rows=tuple(score_rows(report)),
        unscored=say("report.not_scored", language),
    )


def _rounds(report: Report) -> Iterator[Block]:
    language = report.language
    keys = ("specialist", "score", "findings", "improved", "remaining", "needed")
    for entry in report.rounds:
        yield Table(
            caption=say("report.round", language, number=entry.number),
            head=tuple(say(f"report.{key}", language) for key in keys),
            rows=tuple(
                (
                    s.role,
                    f"{s.score}/{HIGHEST_SCORE}" if s.score else say("report.not_scored", language),
                    str(s.findings),
                    s.improved,
                    s.remaining,
                    s.needed,
                )
                for s in entry.scores
            ),
            widths=(4, 2, 2.6, 4, 6, 5),
        )


def _spent(usage: Usage, report: Report) -> Table:
    """The table of model calls, tokens, cost and minutes of the run."""
    language = report.language
    tokens = say(
        "report.tokens_split",
        language,
        tokens=f"{usage.tokens:,}",
        prompts=f"{usage.prompt_tokens:,}",
        answers=f"{usage.completion_tokens:,}",
    )
    cost = say("report.cost_unknown", language) if usage.cost is None else _dollars(usage.cost)
    rows = [
        (say("report.model_calls", language), f"{usage.calls:,}"),
        (say("report.tokens", language), tokens),
        (say("report.cost", language), cost),
    ]
    if report.minutes is not None:
        rows.append((say("report.minutes", language), f"{report.minutes:.1f}"))
    return Table(caption=say("report.spent", language), rows=tuple(rows), widths=(4, 5))


def _dollars(cost: float) -> str:
    """An amount with two decimals, or with four where it is below one dollar."""
    return f"${cost:,.2f}" if cost >= 1 or not cost else f"${cost:.4f}"
