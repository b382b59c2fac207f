"""Two versions of a report compared."""

from __future__ import annotations

from virtual_lab.report.paper import Items, Paper, ReportPart
from virtual_lab.web.version_diff import ComparedPart, compare


def paper(**parts: tuple[str, ...]) -> Paper:
    made = tuple(
        ReportPart(title=title, blocks=(Items(items=texts),)) for title, texts in parts.items()
    )
    return Paper(language="en", label="", title="", facts=(), parts=made)


def told(parts: list[ComparedPart]) -> list[tuple[str, str]]:
    """The lines that are different, a changed one with its old words in brackets."""
    marks = {"same": "{}", "removed": "[{}]", "added": "<{}>"}
    lines = [line for part in parts for line in part.lines if line.kind != "same"]
    return [
        (line.kind, line.text or "".join(marks[p.kind].format(p.text) for p in line.pieces))
        for line in lines
    ]


def test_the_same_report_is_the_same() -> None:
    one = paper(A=("First.", "Second."), B=("Third.",))
    assert [part.title for part in compare(one, one)] == ["A", "B"]
    assert all(part.is_same for part in compare(one, one))


def test_statements_come_go_and_are_put_in_other_words() -> None:
    old = paper(A=("The test takes 90 days in rats.", "It is old.", "Both stay."))
    new = paper(A=("The test takes 28 days in rats.", "Both stay.", "It is entirely new."))
    assert told(compare(old, new)) == [
        ("changed", "The test takes [90]<28> days in rats."),
        ("removed", "It is old."),
        ("added", "It is entirely new."),
    ]


def test_statements_that_have_little_in_common_are_two() -> None:
    compared = compare(paper(A=("Rats eat maize.",)), paper(A=("A dossier has four parts.",)))
    assert told(compared) == [
        ("removed", "Rats eat maize."),
        ("added", "A dossier has four parts."),
    ]


def test_parts_that_come_and_go_are_told_whole() -> None:
    compared = compare(paper(A=("One.",), B=("Two.",)), paper(A=("One.",), C=("Three.",)))
    assert [(part.title, part.kind) for part in compared] == [
        ("A", "same"),
        ("B", "removed"),
        ("C", "added"),
    ]
    assert told(compared) == [("removed", "Two."), ("added", "Three.")]
