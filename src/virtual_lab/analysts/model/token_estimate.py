"""How many tokens a text takes, roughly: what a limit needs to know before a call."""

from __future__ import annotations

# Tokens per character, as the tokenisers of current models have it, within a fifth: English
# prose takes about 4.4 characters for a token, Korean about 1.6.
_ASCII = 0.23
_OTHER = 0.62


def estimate_tokens(text: str) -> int:
    """An estimate of the tokens of ``text``."""
    other = len(text) - len(text.encode("ascii", "ignore"))
    return round(_ASCII * (len(text) - other) + _OTHER * other) + 1
