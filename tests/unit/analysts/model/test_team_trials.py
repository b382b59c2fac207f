from __future__ import annotations

from virtual_lab.analysts.model.output_schemas import Member
from virtual_lab.analysts.model.team_trials import count_roles


def member(role: str, focus: str) -> Member:
    return Member(role=role, focus=focus, queries=[])


def test_like_members_are_counted_together_once_for_each_team() -> None:
    teams = [
        [
            member("Toxicology expert", "Oral toxicity of the new food"),
            member("Lawyer", "Authorisation law of the EU"),
        ],
        [
            member("Toxicologist", "Oral toxicity studies"),
            member("Toxicology specialist", "Toxicity of the food"),
        ],
        [member("EU law expert", "Authorisation law"), member("Chemist", "Residues of solvents")],
    ]
    table = count_roles(teams)
    assert [(entry.role, entry.count, entry.trials) for entry in table] == [
        ("Toxicology expert", 2, 3),
        ("Lawyer", 2, 3),
        ("Chemist", 1, 3),
    ]


def test_korean_members_are_counted_as_well() -> None:
    teams = [
        [member("유전독성 전문가", "유전독성 시험 요건")],
        [member("유전독성 시험 전문가", "유전독성 시험의 요건")],
        [member("알레르기 전문가", "알레르기 유발성 평가")],
    ]
    assert [entry.count for entry in count_roles(teams)] == [2, 1]


def test_no_proposals_make_no_table() -> None:
    assert count_roles([]) == ()
