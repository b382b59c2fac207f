"""Vectors without a model: texts that share words lie near each other."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import Any

WIDTH = 256
"""How many numbers a vector has."""

_WORD = re.compile(r"\w+")


def hashed_vector(text: str) -> list[float]:
    """How often the words of ``text`` fall into each of ``WIDTH`` places, chosen by their hash."""
    counts = Counter(zlib.crc32(word.encode()) % WIDTH for word in _WORD.findall(text.lower()))
    return [float(counts[place]) for place in range(WIDTH)]


def embeddings_answer(body: dict[str, Any]) -> dict[str, Any]:
    """What ``/v1/embeddings`` answers, the last text first: an order is not promised."""
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
