"""Questions as the words that a provider with its own query language is asked for."""

from __future__ import annotations

from virtual_lab.text.keywords import content_words

MAX_TERMS = 12


def terms(query: str) -> list[str]:
    """The content words of ``query``, without what a query language could take for its own."""
    words = ("".join(c for c in word if c.isalnum() or c in "-./") for word in content_words(query))
    return [word for word in words if word][:MAX_TERMS]


def any_of(query: str, field: str = "") -> str:
    """A query, in the syntax that most providers share, for any of the content words.

    Providers rank what holds more of the words higher, but many of them give nothing at all where
    one word of a long question is missing; so the words are joined by OR.

    Args:
        query: a question or keywords.
        field: a prefix for each word, as "all:".
    """
    return " OR ".join(
        f"{field}{term}" if term.isalnum() else f'{field}"{term}"' for term in terms(query)
    )
