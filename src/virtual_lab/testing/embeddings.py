"""Embeddings without a model: texts that share words have similar vectors."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import Any

WIDTH = 256
"""How many numbers a vector has."""

_WORD = re.compile(r"\w+")


def hashed_vector(text: str) -> list[float]:
    """The counts of the words of ``text`` in ``WIDTH`` buckets, chosen by the words' hashes."""
    counts = Counter(zlib.crc32(word.encode()) % WIDTH for word in _WORD.findall(text.lower()))
    return [float(counts[place]) for place in range(WIDTH)]


def embeddings_answer(body: dict[str, Any]) -> dict[str, Any]:
    """The answer of ``/v1/embeddings``, in reverse order since clients may not rely on it."""
    data = [
        {"object": "embedding", "index": index, "embedding": hashed_vector(text)}
        for index, text in enumerate(body["input"])
    ]
    tokens = sum(len(text) for text in body["input"]) // 4
    return {
        "object": "list",
        "data": data[::-1],
        "model": body.get("model", ""),
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
