"""Every address that is not of the public web is refused, in whatever disguise it comes."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from virtual_lab.errors import ForbiddenAddressError
from virtual_lab.sources.http.ssrf import AddressRules, is_public

CLOSED = [
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.127.127.127",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "100::1",
]
OPEN = [
    "8.8.8.8",
    "100.63.255.255",
    "172.32.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
    "64:ff9b::808:808",
]

DISGUISED = [
    "http://2130706433/",
    "http://3232235521/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://o177.0.0.1/",
    "http://0o177.0.0.1/",
    "http://q177.0.0.1/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0251.254.169.254/",
    "http://0x41414141A9FEA9FE/",
    "http://425.510.425.510/",
    "http://134744072/",
    "http://8.8.010.8/",
    "http://127.0.0.1./",
    "http://2130706433./",
    "http://[::]:80/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[0000::1]/",
    "http://①②⑦.⓪.⓪.①/",
    "http://ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ/",
    "http://localhost/",
    "http://LOCALHOST:80/",
    "http://ip6-loopback/",
    "http://metadata/",
    "http://metadata.google.internal/",
    "http://instance-data/",
    "http://printer.local/",
    "http://a.localhost/",
    "http://user@example.org/",
    "http://example.org:80@127.0.0.1/",
    "http://127.1.1.1:80\\@127.2.2.2:80/",
    "http://example.org:22/",
    "http://example.org:6379/",
    "http:127.0.0.1/",
    "//example.org/",
    "example.org",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org:70/",
    "jar:http://127.0.0.1!/",
    "data:text/html,x",
    "dict://example.org:11211/",
    "sftp://example.org/",
    "ldap://example.org/",
    "netdoc:///etc/passwd",
    "http://example.org%00.evil.org/",
    "http://exa$mple.org/",
    "http://-example.org/",
    "http://127.0.0.1%2f.org/",
    "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
    "http://example.org/\r\nHost: localhost",
    "\thttp://example.org/",
    "",
]

ALLOWED = [
    "https://www.efsa.europa.eu/en/efsajournal/pub/8961",
    "http://example.org:8080/a?b=c#d",
    "https://한국.kr/법",
    "https://xn--3e0b707e.kr/",
    "https://8.8.8.8/",
    "https://[2606:4700::1111]/",
    "https://example.org./",
]


@pytest.mark.parametrize("address", CLOSED)
def test_closed_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_open_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("url", DISGUISED)
def test_a_url_in_disguise_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        AddressRules().check_url(url)


@pytest.mark.parametrize("url", ALLOWED)
def test_a_url_of_the_public_web_is_allowed(url: str) -> None:
    assert AddressRules().check_url(url).host


@pytest.mark.parametrize("address", CLOSED)
def test_a_name_that_resolves_to_a_closed_address_is_refused(address: str) -> None:
    with pytest.raises(ForbiddenAddressError, match="private network"):
        AddressRules().check_addresses("example.org", 80, ["8.8.8.8", address])


def test_a_trusted_endpoint_is_let_through_and_no_other() -> None:
    rules = AddressRules(trusted=[("127.0.0.1", 8888)])
    assert rules.check_url("http://127.0.0.1:8888/search").port == 8888
    rules.check_addresses("127.0.0.1", 8888, ["127.0.0.1"])
    for url in ("http://127.0.0.1:8889/", "http://127.0.0.2:8888/", "https://localhost:8888/"):
        with pytest.raises(ForbiddenAddressError):
            rules.check_url(url)
