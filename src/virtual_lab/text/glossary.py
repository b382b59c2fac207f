"""The glossary: technical terms in Korean and English, and which of them a text uses."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from virtual_lab.errors import GlossaryError
from virtual_lab.text.tokens import tokenise

_COLUMNS = ("ko", "en", "field")


class Term(NamedTuple):
    """One concept: its Korean and its English names, the preferred ones first."""

    ko: tuple[str, ...]
    en: tuple[str, ...]
    field: str = ""

    def names(self, language: str) -> tuple[str, ...]:
        """The names in one language ("ko" or "en")."""
        return self.ko if language == "ko" else self.en


class Mention(NamedTuple):
    """A place where a text uses a term: its tokens from ``start`` up to, without, ``end``."""

    term: Term
    name: str
    start: int
    end: int


class Glossary:
    """Finds the terms that a text uses, in either language."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, Term]]] = {}
        for term in self.terms:
            for name in (*term.ko, *term.en):
                tokens = tuple(tokenise(name))
                if tokens and not _lost_words(name, tokens):
                    self._by_first.setdefault(tokens[0], []).append((tokens, name, term))
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def mentions(self, tokens: Sequence[str]) -> list[Mention]:
        """The terms in a tokenised text, the longest at each place, without overlaps."""
        found: list[Mention] = []
        position = 0
        while position < len(tokens):
            mention = self._at(tokens, position)
            if mention:
                found.append(mention)
                position = mention.end
            else:
                position += 1
        return found

    def translate(self, text: str, language: str) -> str | None:
        """``text`` in the other ``language`` where the whole of it is one term, else None."""
        tokens = tokenise(text)
        mentions = self.mentions(tokens)
        if len(mentions) == 1 and mentions[0].start == 0 and mentions[0].end == len(tokens):
            return mentions[0].term.names(language)[0]
        return None

    def _at(self, tokens: Sequence[str], position: int) -> Mention | None:
        for name_tokens, name, term in self._by_first.get(tokens[position], ()):
            end = position + len(name_tokens)
            if tuple(tokens[position:end]) == name_tokens:
                return Mention(term, name, position, end)
        return None


def read_terms(path: Path) -> list[Term]:
    """The terms of a CSV file with the columns ko, en and (optionally) field.

    Alternatives within a cell are separated by "|".

    Raises:
        GlossaryError: the file is missing, not UTF-8, or a line lacks a name; says which line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"ko", "en"} - set(reader.fieldnames or ())
            if missing:
                raise GlossaryError(
                    "setting.glossary_columns", file=path, columns=", ".join(_COLUMNS)
                )
            return [_term(path, reader.line_num, row) for row in reader]
    except OSError as error:
        raise GlossaryError("setting.glossary_file", file=path, problem=error.strerror) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise GlossaryError("setting.glossary_file", file=path, problem=error) from None


@cache
def load_glossary(extra: Path | None = None) -> Glossary:
    """The glossary of this package, and before it the terms of the CSV file ``extra``.

    Raises:
        GlossaryError: ``extra`` cannot be used.
    """
    added_terms = read_terms(extra) if extra else []
    built_in = Path(str(files("virtual_lab.text") / "glossary.csv"))
    return Glossary([*added_terms, *read_terms(built_in)])


def _lost_words(name: str, tokens: Sequence[str]) -> bool:
    """Whether stop words leave one word of several: "by-product" is more than "product"."""
    return len(tokens) == 1 and len(re.findall(r"[^\W_]+", name)) > 1


def _term(path: Path, line: int, row: dict[str, str | None]) -> Term:
    names = {
        language: tuple(n.strip() for n in (row.get(language) or "").split("|") if n.strip())
        for language in ("ko", "en")
    }
    if not all(names.values()):
        raise GlossaryError("setting.glossary_names", file=path, line=line)
    return Term(names["ko"], names["en"], (row.get("field") or "").strip())
