"""Independent proposals of a team, clustered by what they name and counted."""

from __future__ import annotations

from collections.abc import Sequence

from virtual_lab.analysts.model.output_schemas import Member
from virtual_lab.domain import Proposal
from virtual_lab.text.tokens import tokenise

_SAME = 0.34  # overlap of the words of role and focus from which two members are of one kind
_ROLE_WEIGHT = 2  # how often a word of the role counts against one of the focus
_EMPTY_WORDS = frozenset({"specialist", "expert", "scientist", "research", "전문", "문가", "담당"})


def count_roles(teams: Sequence[Sequence[Member]]) -> tuple[Proposal, ...]:
    """How many of the teams have each kind of specialist, the most frequent first.

    A member joins the kind whose first member it is most like (weighted Jaccard over the words of
    role and focus), and a team counts once for a kind.
    """
    kinds: list[tuple[Member, dict[str, int], set[int]]] = []
    for number, team in enumerate(teams):
        for member in team:
            words = _words(member)
            likeness, best = max(
                ((_overlap(words, kind[1]), index) for index, kind in enumerate(kinds)),
                default=(0.0, -1),
            )
            if likeness >= _SAME:
                kinds[best][2].add(number)
            else:
                kinds.append((member, words, {number}))
    ranked = sorted(kinds, key=lambda kind: -len(kind[2]))
    return tuple(
        Proposal(role=member.role, focus=member.focus, count=len(named), trials=len(teams))
        for member, _, named in ranked
    )


def _words(member: Member) -> dict[str, int]:
    words = dict.fromkeys(tokenise(member.focus), 1)
    words.update(dict.fromkeys(tokenise(member.role), _ROLE_WEIGHT))
    return {word: weight for word, weight in words.items() if word not in _EMPTY_WORDS}


def _overlap(first: dict[str, int], second: dict[str, int]) -> float:
    shared = sum(min(first[word], second[word]) for word in first.keys() & second.keys())
    united = sum(
        max(first.get(word, 0), second.get(word, 0)) for word in first.keys() | second.keys()
    )
    return shared / united if united else 0.0
