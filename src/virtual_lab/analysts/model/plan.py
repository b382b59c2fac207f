"""The plan: a team of specialists for the question, from one proposal or from several."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.analysts.extractive.themes import find_themes
from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import EMPTY, one_line, show_terms
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.output_schemas import Member, Team
from virtual_lab.analysts.model.roles import Role
from virtual_lab.analysts.model.team_trials import count_roles
from virtual_lab.documents.injection import is_instruction
from virtual_lab.domain import (
    MAX_SPECIALISTS,
    MIN_SPECIALISTS,
    Plan,
    Proposal,
    Specialist,
)

_MOST_THEMES = 12
_MOST_QUERIES = 4
_MOST_ROLE_CHARACTERS = 80
_MOST_TEXT_CHARACTERS = 300
_LANGUAGE_NAMES = {"ko": "Korean", "en": "English"}


async def plan_team(model_run: ModelRun, inquiry: Inquiry) -> Plan:
    """The team: proposed once, or chosen by how often independent proposals name a role."""
    trials = inquiry.question.team_trials
    if trials == 1:
        team = await _propose(model_run, inquiry)
        return _plan(inquiry, team, ())
    proposals = await asyncio.gather(
        *(_propose(model_run, inquiry, copy) for copy in range(trials))
    )
    table = count_roles([proposal.specialists for proposal in proposals])
    team = await model_run.caller.ask(
        Call(
            Role.PLAN,
            model_run.prompts.fill("choose", **_question_values(inquiry), table=_show_table(table)),
            Team,
            most=inquiry.question.specialists,
        )
    )
    return _plan(inquiry, team, table)


async def _propose(model_run: ModelRun, inquiry: Inquiry, copy: int = 0) -> Team:
    prompt = model_run.prompts.fill(
        "plan", **_question_values(inquiry), library=await _show_library(inquiry)
    )
    return await model_run.caller.ask(
        Call(Role.PLAN, prompt, Team, most=inquiry.question.specialists, copy=copy)
    )


def _question_values(inquiry: Inquiry) -> dict[str, object]:
    question = inquiry.question
    size = question.specialists
    languages = {hit.passage.language for hit in inquiry.survey} & _LANGUAGE_NAMES.keys()
    return {
        "question": question.topic,
        "constraints": question.constraints or EMPTY,
        "size": size or f"{MIN_SPECIALISTS}-{MAX_SPECIALISTS}",
        "languages": ", ".join(
            _LANGUAGE_NAMES[code] for code in sorted(languages or {inquiry.language})
        ),
        "terms": show_terms([question.topic, question.constraints], inquiry),
    }


async def _show_library(inquiry: Inquiry) -> str:
    """The part of the prompt with themes of the survey and titles of its sources."""
    themes = await asyncio.to_thread(
        find_themes,
        inquiry.survey,
        inquiry.concepts,
        inquiry.retriever,
        inquiry.language,
        _MOST_THEMES,
        "…",
    )
    titles = {inquiry.retriever.source(hit.passage.source_id).title: None for hit in inquiry.survey}
    lines = [
        f"- {one_line(theme.title)} ({len(theme.hits)})"
        for theme in themes
        if not is_instruction(theme.title)
    ]
    sources = [one_line(title, 100) for title in list(titles)[:_MOST_THEMES]]
    return "\n".join([*lines, f"Sources: {'; '.join(sources)}"]) if lines else EMPTY


def _show_table(table: Sequence[Proposal]) -> str:
    return "\n".join(
        f"- {proposal.role}: {proposal.focus} ({proposal.count} of {proposal.trials})"
        for proposal in table
    )


def _plan(inquiry: Inquiry, team: Team, table: Sequence[Proposal]) -> Plan:
    most = inquiry.question.specialists or MAX_SPECIALISTS
    members = team.specialists[:most]
    specialists = tuple(
        _specialist(inquiry, number, member) for number, member in enumerate(members, 1)
    )
    return Plan(
        specialists=specialists,
        why=one_line(team.why, _MOST_TEXT_CHARACTERS * 2),
        bridges=inquiry.concepts.bridges,
        proposals=tuple(table),
    )


def _specialist(inquiry: Inquiry, number: int, member: Member) -> Specialist:
    queries = [one_line(query, 200) for query in member.queries if query.strip()]
    return Specialist(
        id=f"s{number}",
        role=one_line(member.role, _MOST_ROLE_CHARACTERS) or f"s{number}",
        focus=one_line(member.focus, _MOST_TEXT_CHARACTERS) or inquiry.question.topic,
        why=one_line(member.why, _MOST_TEXT_CHARACTERS),
        queries=tuple(dict.fromkeys(queries))[:_MOST_QUERIES] or (inquiry.question.topic,),
    )
