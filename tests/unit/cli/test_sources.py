"""Providers from the command line: checked, and asked for one work."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.replay import HOST, ReplayServer, Reply
from tests.unit.cli.conftest import Command
from virtual_lab.library.sqlite.index import Index
from virtual_lab.messages import Message
from virtual_lab.settings import Settings, load_settings
from virtual_lab.sources.http import AddressRules, Fetcher
from virtual_lab.sources.probe import ProviderCheck
from virtual_lab.sources.registry import not_set

PAGE = "<!DOCTYPE html><title>Novel food</title><article><p>{}</p></article>".format(
    "The applicant should provide data on the identity of the novel food. " * 6
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplayServer]:
    """A page of the public web, which is on this machine for the test."""
    with ReplayServer() as running:
        running.on("/robots.txt", Reply(b"", 404))
        running.on("/novel-food", PAGE.encode())

        def open_fetcher(settings: Settings) -> Fetcher:
            return Fetcher(rules=AddressRules([(HOST, running.port)]))

        monkeypatch.setattr(Fetcher, "of", open_fetcher)
        yield running


@pytest.mark.slow
def test_a_page_is_added_and_listed(command: Command, server: ReplayServer) -> None:
    outcome = command("library", "add", server.url + "/novel-food", "--collection", "web")
    assert outcome.status == 0
    assert "web: added Novel food" in outcome.err
    index = Index(load_settings().library_path)
    [source] = index.sources("web")
    index.close()
    assert source.url == server.url + "/novel-food"


@pytest.mark.slow
def test_what_cannot_be_added_is_a_line_and_the_rest_is_added(
    command: Command, server: ReplayServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    note = tmp_path_factory.mktemp("notes") / "note.md"
    note.write_text("# Note\n\nA novel food needs an authorisation.\n", encoding="utf-8")
    gone = server.url + "/gone"
    outcome = command("library", "add", gone, str(note), server.url + "/novel-food")
    assert outcome.status == 3
    assert f"not added: {gone}: " in outcome.err
    assert "default: 1 added" in outcome.err
    assert "default: added Novel food" in outcome.err


@pytest.mark.slow
def test_what_the_policy_denies_is_not_added(
    command: Command,
    server: ReplayServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    policy = tmp_path_factory.mktemp("policy") / "policy.toml"
    policy.write_text(f'deny = ["{HOST}"]\n', encoding="utf-8")
    monkeypatch.setenv("VIRTUAL_LAB_SOURCE_POLICY", str(policy))
    outcome = command("library", "add", server.url + "/novel-food")
    assert outcome.status == 3
    assert "denied" in outcome.err


def said(text: str) -> Message:
    return Message.of("outside.text", text=text)


@pytest.mark.parametrize(
    ("outcome", "status"), [("answers", 0), ("fails", 1), ("not configured", 1)]
)
def test_the_check_of_the_sources_has_an_exit_status(
    command: Command, monkeypatch: pytest.MonkeyPatch, outcome: str, status: int
) -> None:
    async def check(settings: Settings) -> list[ProviderCheck]:
        return [ProviderCheck("crossref", outcome, said("why"), 0.5)]

    monkeypatch.setattr("virtual_lab.sources.probe.check_sources", check)
    shown = command("sources", "check")
    assert shown.status == status
    assert shown.out == f"crossref\t{outcome}\t0.5\twhy\n"
    assert "no network" not in shown.err
    [record] = json.loads(command("sources", "check", "--json").out)
    assert record["outcome"] == outcome


def test_that_there_is_no_network_is_said_once(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "The host cannot be reached: {}"

    async def check(settings: Settings) -> list[ProviderCheck]:
        return [
            *(
                ProviderCheck(h, "fails", said(why.format(h)), 0.5, h)
                for h in ("a.example", "b.example")
            ),
            ProviderCheck("tavily", "not configured", not_set("TAVILY_API_KEY")),
        ]

    monkeypatch.setattr("virtual_lab.sources.probe.check_sources", check)
    shown = command("sources", "check")
    assert shown.err.count("\n") == 1
    assert "There seems to be no network" in shown.err
    assert shown.out.splitlines() == [
        "a.example\tfails\t0.5\tneeds a.example",
        "b.example\tfails\t0.5\tneeds b.example",
        "tavily\tnot configured\t\tTAVILY_API_KEY is not set",
    ]
