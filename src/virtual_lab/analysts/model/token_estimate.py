"""The estimate of a text's tokens, which limits need before a call."""

from __future__ import annotations

# Measured with the tokenisers of current models, which differ by up to a fifth: a token is about
# 4.4 characters of English or 1.6 of Korean.
_TOKENS_PER_ASCII_CHARACTER = 0.23
_TOKENS_PER_OTHER_CHARACTER = 0.62


def estimate_tokens(text: str) -> int:
    """An estimate of the tokens of ``text``."""
    other = len(text) - len(text.encode("ascii", "ignore"))
    return (
        round(
            _TOKENS_PER_ASCII_CHARACTER * (len(text) - other) + _TOKENS_PER_OTHER_CHARACTER * other
        )
        + 1
    )
