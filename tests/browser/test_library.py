"""The library: files go in, are found, and go out; and what cannot be read is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.hostile import SAMPLES
from tests.browser.pictures import Album
from tests.browser.visiting import Visitor

Visit = Callable[..., Visitor]


def markdown(name: str, text: str) -> FilePayload:
    return {"name": f"{name}.md", "mimeType": "text/markdown", "buffer": text.encode()}


def add(page: Page, collection: str, *files: FilePayload) -> None:
    """Choose files, name their collection, and send the form."""
    page.locator("#files").set_input_files(list(files))
    page.locator("#into").fill(collection)
    page.locator("form.card button.main").click()


def test_files_are_sent_in_sight_found_and_removed(visit: Visit, album: Album) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go("/library")
    on_its_way: list[Route] = []
    page.route("**/library/documents", lambda route: on_its_way.append(route))
    add(
        page,
        "fungi",
        markdown("shiitake", "# Shiitake\n\nLentinan of shiitake is heated before it is eaten.\n"),
        markdown("enoki", "# Enoki\n\nEnoki is grown in the dark.\n"),
    )
    expect(page.locator(".sending")).to_be_visible()
    expect(page.locator(".sending progress")).to_be_visible()
    expect(page.locator(".sending [role=status]")).not_to_be_empty()
    expect(page.locator("form.card button.main")).to_be_disabled()
    assert page.locator(".chosen li").count() == 2
    on_its_way[0].continue_()
    expect(page.locator("h1")).to_contain_text("fungi")
    expect(page.locator(".documents li")).to_have_count(2)
    assert not visitor.barriers()
    assert not visitor.too_wide()
    album.keep(visitor, "uploaded", "en")

    visitor.go("/library?q=lentinan&collection=fungi")
    assert page.locator(".hits mark").all_inner_texts() == ["Lentinan"]

    visitor.go("/library/collections/fungi")
    removal = page.locator(".documents li", has_text="Enoki").locator("details.confirm")
    expect(removal.locator("button")).to_be_hidden()
    removal.locator("summary").click()
    removal.locator("button").click()
    expect(page.locator(".documents li")).to_have_count(1)
    page.locator("details.danger summary").click()
    page.locator("details.danger button").click()
    page.wait_for_url("**/library")
    assert "fungi" not in page.locator("main .lines").inner_text()


def test_files_with_hostile_names_are_added_by_the_form(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go("/library")
    names = [text.replace("/", "∕") for text in SAMPLES]
    add(page, "named", *(markdown(name, f"# {name}\n\nSome words of {name}.\n") for name in names))
    expect(page.locator(".documents li")).to_have_count(len(names))
    visitor.look()
    assert not visitor.foreign_parts()
    assert "Added" in page.locator(".documents").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_program_is_not_taken_for_a_document(visit: Visit, script: bool) -> None:
    visitor = visit("ko", script=script)
    visitor.tolerate("415")
    page = visitor.page
    visitor.go("/library")
    add(page, "wrong", {"name": "설치.exe", "mimeType": "", "buffer": b"MZ\0"})
    if script:
        # It is said before anything is sent.
        expect(page.locator(".chosen .wrong")).to_contain_text("읽을 수 없는 형식")
        assert page.url.endswith("/library")
    else:
        expect(page.locator(".warning")).to_contain_text("읽을 수 없는 형식")


def test_files_that_cannot_be_read_say_why_in_korean(
    visit: Visit, shared_data: Path, album: Album
) -> None:
    visitor = visit("ko")
    visitor.tolerate("415")
    page = visitor.page
    visitor.go("/library")
    locked = (
        shared_data
        / "hostile"
        / "pdf"
        / "005-libreoffice-writer-password__libreoffice-writer-password.pdf"
    )
    add(
        page,
        "unreadable",
        {"name": "빈 파일.pdf", "mimeType": "application/pdf", "buffer": b""},
        {"name": "암호.pdf", "mimeType": "application/pdf", "buffer": locked.read_bytes()},
    )
    expect(page.locator("h1")).to_have_text("읽을 수 있는 파일이 없습니다")
    said = page.locator(".documents").inner_text()
    assert "빈 문서입니다" in said
    assert "암호가 걸린 문서입니다" in said
    assert not visitor.barriers()


def test_a_form_that_was_shown_again_sends_in_sight_too(visit: Visit) -> None:
    visitor = visit("ko")
    visitor.tolerate("415")
    page = visitor.page
    visitor.go("/")
    page.locator("#topic").fill("표고버섯의 안전성은?")
    page.locator("#files").set_input_files(
        [{"name": "빈 파일.pdf", "mimeType": "application/pdf", "buffer": b""}]
    )
    page.locator("form.ask button.main").click()
    expect(page.locator("#trouble")).to_contain_text("빈 문서입니다")
    expect(page.locator("#topic")).to_have_value("표고버섯의 안전성은?")
    page.locator("#files").set_input_files(
        [{"name": "프로그램.exe", "mimeType": "", "buffer": b"MZ\0"}]
    )
    expect(page.locator(".chosen .wrong")).to_contain_text("읽을 수 없는 형식")
