"""Queries for providers that have a query language."""

from __future__ import annotations

from virtual_lab.text.keywords import content_words

MAX_TERMS = 12


def terms(query: str) -> list[str]:
    """The content words of ``query``, without characters that a query language may interpret."""
    words = ("".join(c for c in word if c.isalnum() or c in "-./") for word in content_words(query))
    return [word for word in words if word][:MAX_TERMS]


def any_of(query: str, field: str = "") -> str:
    """A query for any of the content words, in the syntax that most providers share.

    The words are joined by OR, since many providers find nothing where one word of a long question
    is missing. Works with more of the words still rank higher.

    Args:
        query: a question or keywords.
        field: a prefix for each word, such as "all:".
    """
    return " OR ".join(
        f"{field}{term}" if term.isalnum() else f'{field}"{term}"' for term in terms(query)
    )
