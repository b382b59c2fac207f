"""Team trials: the roles of several proposed teams, clustered and counted."""

from __future__ import annotations

from collections.abc import Sequence

from virtual_lab.analysts.model.output_schemas import Member
from virtual_lab.domain import Proposal
from virtual_lab.text.tokens import tokenise

# From this weighted Jaccard index on, two members are of one kind.
_LEAST_OVERLAP_OF_KIND = 0.34
_ROLE_WORD_WEIGHT = 2  # a word of the focus has the weight 1
_IGNORED_WORDS = frozenset(
    {"specialist", "expert", "scientist", "research", "전문", "문가", "담당"}
)


def count_roles(teams: Sequence[Sequence[Member]]) -> tuple[Proposal, ...]:
    """How many of the teams have each kind of specialist, the most frequent first.

    A member joins the kind whose first member is most similar to it, by the weighted Jaccard index
    over the words of role and focus. A team counts once for a kind.
    """
    kinds: list[tuple[Member, dict[str, int], set[int]]] = []
    for number, team in enumerate(teams):
        for member in team:
            words = _words(member)
            overlap, best = max(
                ((_overlap(words, kind[1]), index) for index, kind in enumerate(kinds)),
                default=(0.0, -1),
            )
            if overlap >= _LEAST_OVERLAP_OF_KIND:
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
    words.update(dict.fromkeys(tokenise(member.role), _ROLE_WORD_WEIGHT))
    return {word: weight for word, weight in words.items() if word not in _IGNORED_WORDS}


def _overlap(first: dict[str, int], second: dict[str, int]) -> float:
    shared = sum(min(first[word], second[word]) for word in first.keys() & second.keys())
    united = sum(
        max(first.get(word, 0), second.get(word, 0)) for word in first.keys() | second.keys()
    )
    return shared / united if united else 0.0
