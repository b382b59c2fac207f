"""Authority and admission are data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from virtual_lab.domain import Admission, Source, SourceType, Tier
from virtual_lab.errors import SettingError
from virtual_lab.messages import Message
from virtual_lab.sources.policy import Policy, builtin_authorities, domain_of


def source(**fields: Any) -> Source:
    return Source.model_validate({"id": "s", "title": "A title"} | fields)


@pytest.mark.parametrize(
    ("fields", "tier"),
    [
        ({"url": "https://www.efsa.europa.eu/en/topics"}, Tier.AUTHORITY),
        ({"url": "https://open.efsa.europa.eu/x"}, Tier.AUTHORITY),
        ({"url": "https://www.mfds.go.kr/brd/m_99"}, Tier.AUTHORITY),
        ({"url": "https://www.law.go.kr/법령/식품위생법"}, Tier.AUTHORITY),
        ({"url": "https://eur-lex.europa.eu/eli/reg/2015/2283"}, Tier.AUTHORITY),
        ({"url": "https://www.fda.gov./food"}, Tier.AUTHORITY),
        ({"doi": "10.2903/j.efsa.2024.8961", "type": SourceType.ARTICLE}, Tier.AUTHORITY),
        ({"doi": "10.1787/abc"}, Tier.AUTHORITY),
        ({"venue": "EFSA Journal"}, Tier.AUTHORITY),
        ({"type": SourceType.ARTICLE, "url": "https://doi.org/10.1/a"}, Tier.REVIEWED),
        ({"type": SourceType.REVIEW}, Tier.REVIEWED),
        ({"type": SourceType.PREPRINT}, Tier.OTHER),
        ({"url": "https://efsa.europa.eu.example.org/"}, Tier.OTHER),
        ({"url": "https://notfda.gov/"}, Tier.OTHER),
        ({"url": "https://example.org/?u=fda.gov"}, Tier.OTHER),
        ({}, Tier.OTHER),
    ],
)
def test_regulators_first_then_reviewed_work_then_the_rest(
    fields: dict[str, Any], tier: Tier
) -> None:
    assert Policy.load().tier(source(**fields)) is tier


def test_the_standard_setters_are_there() -> None:
    names = " ".join(rule.name for rule in builtin_authorities())
    for name in ("European Food Safety", "Codex", "Agriculture Organization", "World Health",
                 "식품의약품안전처", "Food and Drug Administration", "Economic Co-operation",
                 "EUR-Lex", "국가법령정보센터"):  # fmt: skip
        assert name in names


@pytest.mark.parametrize(
    ("policy", "fields", "reason"),
    [
        ({}, {}, None),
        ({}, {"retracted": True}, "it was retracted"),
        ({}, {"corrected": True}, None),
        ({"since": "2015"}, {"published": "2014-12-31"}, "it is older than 2015"),
        ({"since": "2015"}, {"published": "2015"}, None),
        ({"since": "2015-06"}, {"published": "2015"}, None),
        ({"since": "2015-06"}, {"published": "2015-05-30"}, "it is older than 2015-06"),
        ({"since": "2015"}, {}, None),
        ({"until": "2020"}, {"published": "2020-12-31"}, None),
        ({"until": "2020-06"}, {"published": "2020-07-01"}, "it is newer than 2020-06"),
        ({"until": "2020"}, {"year": 2021}, "it is newer than 2020"),
        ({"languages": ["en", "ko"]}, {"language": "de"}, "its language is de"),
        ({"deny": ["example.com"]}, {"url": "https://a.Example.com/x"},
         "example.com is on the list of what is denied"),
        ({"deny": ["example.com"]}, {"url": "https://notexample.com/x"}, None),
        ({"deny": ["mdpi.com"]}, {"url": "https://doi.org/10.3390/x",
                                  "open_access_url": "https://www.mdpi.com/x/pdf"},
         "mdpi.com is on the list of what is denied"),
        ({"deny": ["10.3390/"]}, {"doi": "10.3390/foods1"},
         "10.3390/ is on the list of what is denied"),
        ({"allow": ["efsa.europa.eu", "10.2903/"]}, {"doi": "10.2903/j.efsa.1"}, None),
        ({"allow": ["efsa.europa.eu"]}, {"url": "https://www.efsa.europa.eu/a"}, None),
        ({"allow": ["efsa.europa.eu"]}, {"url": "https://example.org/"},
         "it is not on the list of what is allowed"),
    ],
)  # fmt: skip
def test_what_is_let_in(policy: dict[str, Any], fields: dict[str, Any], reason: str | None) -> None:
    refused = Policy.model_validate(policy).refuse(source(**fields))
    assert (refused.text() if refused else None) == reason


def test_a_file_adds_to_the_built_in_authorities(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        'since = "2015"\nlanguages = ["en"]\n'
        '[[authority]]\ntier = "authority"\nby = "domain"\nvalue = "Example.org"\n'
    )
    policy = Policy.load(path)
    assert policy.since == "2015"
    assert policy.tier(source(url="https://example.org/")) is Tier.AUTHORITY
    assert policy.tier(source(url="https://fda.gov/")) is Tier.AUTHORITY


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("since = ", "policy.toml"),
        ('since = "lately"', r"since: String should match"),
        ('sinse = "2015"', r"sinse: Extra inputs"),
        ('[[authority]]\ntier = "best"\nby = "domain"\nvalue = "a"', r"authority\.0\.tier"),
        ('deny = ["https://example.org"]', r"deny\.0: .* neither a domain"),
        ('since = "2015-13"', r"since: .* no date"),
        ('since = "2020"\nuntil = "2019-12"', r"policy\.toml: .* before since"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(content)
    with pytest.raises(SettingError, match=problem):
        Policy.load(path)
    with pytest.raises(SettingError, match=r"missing\.toml"):
        Policy.load(tmp_path / "missing.toml")


def test_a_run_narrows_the_policy_and_cannot_widen_it() -> None:
    policy = Policy.model_validate({"since": "2015", "deny": ["example.com"], "allow": ["a.org"]})
    run = Admission(since="2010", until="2020", allow=("WWW.A.org", "example.com", "b.org"))
    assert policy.refuse(source(url="https://a.org/", year=2018), run) is None
    older = policy.refuse(source(url="https://a.org/", year=2012), run)
    assert older == Message.of("source.older", date="2015")
    newer = policy.refuse(source(url="https://a.org/", year=2021), run)
    assert newer == Message.of("source.newer", date="2020")
    assert policy.refuse(source(url="https://example.com/"), run) is not None
    assert policy.refuse(source(url="https://b.org/"), run) is not None


def test_a_domain_is_told_from_an_address() -> None:
    assert domain_of("https://WWW.Example.org:8080/a") == "example.org"
    assert domain_of("https://[bad") == ""
    assert domain_of(None) == ""
