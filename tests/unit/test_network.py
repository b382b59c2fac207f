"""How requests leave this machine, against a proxy and TLS servers that really run."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import trustme
from langchain_ollama import ChatOllama

from tests.proxy import RecordingProxy
from tests.replay import HOST, ReplayServer
from virtual_lab.analysts.model.call_failures import classify
from virtual_lab.analysts.model.model_names import ModelName
from virtual_lab.analysts.model.providers import HttpClients, make_model, served_model
from virtual_lab.bootstrap.analyst import open_analyst
from virtual_lab.bootstrap.library import open_embedder
from virtual_lab.client import Lab
from virtual_lab.domain import Question
from virtual_lab.errors import (
    ForbiddenAddressError,
    MissingExtraError,
    ModelUnavailableError,
    RealModelError,
    SettingError,
    UnreachableHostError,
)
from virtual_lab.library.embeddings.client import EmbeddingTimeouts
from virtual_lab.network import Network, _certificates, is_private_host
from virtual_lab.settings import Settings, load_settings
from virtual_lab.sources.http import AddressRules, Fetcher, RequestPolicy

QUICK = RequestPolicy(interval=0, retries=0)
KEY = "sk-a-key-that-nobody-may-see"
VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
CHAT = {
    "id": "1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}
    ],
}


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test begins without a proxy, also where the machine has one."""
    for variable in (*VARIABLES, "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "OLLAMA_HOST"):
        # Set first, so that what the program puts into the environment is taken back as well.
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """A company's own certificate authority, and the file of its certificate."""
    made = trustme.CA()
    file = tmp_path_factory.mktemp("authority") / "company.pem"
    made.cert_pem.write_to_path(str(file))
    return made, file


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield answering(running)


@pytest.fixture
def secure(authority: tuple[trustme.CA, Path]) -> Iterator[ReplayServer]:
    """A server whose certificate the company signed."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert(HOST, "lab.invalid").configure_cert(tls)
    with ReplayServer(tls) as running:
        yield answering(running)


def answering(server: ReplayServer) -> ReplayServer:
    server.on_json("/v1/models", {"data": [{"id": "m"}]})
    server.on_json("/v1/chat/completions", CHAT)
    server.on_json("/v1/embeddings", {"data": [{"index": 0, "embedding": [3.0, 4.0]}]})
    server.on_json("/api/chat", {"model": "m", "done": True, "message": {"role": "assistant"}})
    server.on("/page", b"a page")
    return server


def settings_for(base_url: str, **values: Any) -> Settings:
    return Settings.model_validate(
        {
            "only_local_models": False,
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": f"{base_url}/v1",
            "embeddings": "m",
            **values,
        }
    )


async def ask(settings: Settings, name: str = "openai:m") -> None:
    """One call of a model, asynchronous and not, and the list of models."""
    clients = HttpClients.open(5.0, settings.openai_base_url, Network.of(settings))
    try:
        provider, _, model_name = name.partition(":")
        model = make_model(ModelName(provider, model_name), settings, clients)
        await model.ainvoke("a question")
        model.invoke("a question")
        if isinstance(model, ChatOllama):
            model._client.close()
            await model._async_client.close()
        if provider == "openai":
            assert await served_model(settings, clients) == "m"
    finally:
        await clients.aclose()


def embed(settings: Settings) -> list[float]:
    with closing(open_embedder(settings, EmbeddingTimeouts(1, 0.0, 5.0))) as embedder:
        return [float(number) for number in embedder.embed(["a text"])[0]]


def fetch(url: str, network: Network, trusted: int = 0, **options: Any) -> bytes:
    async def run() -> bytes:
        rules = AddressRules([(HOST, trusted)] if trusted else [])
        async with Fetcher(rules=rules, network=network, **options) as fetcher:
            return (await fetcher.get(url, policy=QUICK)).content

    return asyncio.run(run())


def call_lab(url: str) -> None:
    with Lab(url, key="vl-key") as lab, pytest.raises(Exception, match="404"):
        lab.run("1").status()


@pytest.mark.parametrize("only_local", [True, False])
@pytest.mark.parametrize("variable", VARIABLES)
def test_what_is_on_this_machine_is_never_asked_through_a_proxy(
    variable: str,
    only_local: bool,
    server: ReplayServer,
    secure: ReplayServer,
    authority: tuple[trustme.CA, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = secure if variable.upper() == "HTTPS_PROXY" else server
    settings = settings_for(server.url, only_local_models=only_local, ca_bundle=authority[1])
    monkeypatch.setenv("VIRTUAL_LAB_CA_BUNDLE", str(authority[1]))
    with RecordingProxy(server.port) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        asyncio.run(ask(settings))
        embed(settings)
        fetch(f"{server.url}/page", Network.of(settings), trusted=server.port)
        call_lab(server.url)
        assert proxy.got == b""
    assert {asked.path for asked in server.asked} == {
        "/v1/chat/completions",
        "/v1/models",
        "/v1/embeddings",
        "/page",
        "/api/task/1",
    }


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy"])
def test_an_ollama_on_this_machine_is_not_asked_through_a_proxy(
    variable: str, server: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", f"{HOST}:{server.port}")
    with RecordingProxy(server.port) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        asyncio.run(ask(settings_for(server.url, only_local_models=True), "ollama:m"))
        assert proxy.got == b""
    assert server.count("/api/chat") == 2


def test_an_ollama_elsewhere_that_a_file_names_is_not_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("OLLAMA_HOST=http://models.invalid:11434\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RealModelError):
        asyncio.run(ask(settings_for("http://127.0.0.1:9", only_local_models=True), "ollama:m"))


@pytest.mark.parametrize("kind", ["url", "socks_url"])
def test_the_outside_is_asked_through_the_proxy(
    kind: str, server: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for("http://models.invalid")
    with RecordingProxy(server.port) as proxy:
        monkeypatch.setenv("ALL_PROXY", getattr(proxy, kind))
        asyncio.run(ask(settings))
        assert embed(settings) == pytest.approx([0.6, 0.8])
        assert fetch("http://journal.invalid/page", Network.of(settings)) == b"a page"
        call_lab("http://lab.invalid")
    assert {host.removesuffix(":80") for host in proxy.asked} == {
        "models.invalid",
        "journal.invalid",
        "lab.invalid",
    }


@pytest.mark.parametrize("kind", ["url", "socks_url"])
def test_tls_goes_through_the_proxy_unread(
    kind: str,
    secure: ReplayServer,
    authority: tuple[trustme.CA, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = settings_for("https://lab.invalid", ca_bundle=authority[1])
    with RecordingProxy(secure.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", getattr(proxy, kind))
        asyncio.run(ask(settings))
        embed(settings)
        assert fetch("https://lab.invalid/page", Network.of(settings)) == b"a page"
        assert set(proxy.asked) == {"lab.invalid:443"}
        assert KEY.encode() not in proxy.got
    assert KEY in secure.asked[0].headers["authorization"]


def test_with_only_local_models_nothing_leaves_by_a_proxy(
    server: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for("http://models.invalid", only_local_models=True)
    with RecordingProxy(server.port) as proxy:
        for variable in VARIABLES:
            monkeypatch.setenv(variable, proxy.url)
        with pytest.raises(RealModelError):
            asyncio.run(ask(settings))
        with pytest.raises(RealModelError):
            embed(settings)
        with pytest.raises(UnreachableHostError):
            fetch("http://journal.invalid/page", Network.of(settings))
        monkeypatch.setenv("VIRTUAL_LAB_ONLY_LOCAL_MODELS", "true")
        with Lab("http://lab.invalid", key="k") as lab, pytest.raises(UnreachableHostError):
            lab.run("1").status()
        assert proxy.got == b""


def test_a_fetched_name_that_leads_inside_is_refused_and_not_handed_to_the_proxy(
    server: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def inside(host: str, port: int) -> list[str]:
        return ["10.0.0.1"]

    with RecordingProxy(server.port) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        for url in ("http://intern.example/page", "http://168.63.129.16/", "http://router.lan/"):
            with pytest.raises(ForbiddenAddressError):
                fetch(url, Network(), resolver=inside)
        assert proxy.got == b""


def test_a_public_name_is_handed_to_the_proxy(
    server: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def outside(host: str, port: int) -> list[str]:
        return ["8.8.8.8"]

    with RecordingProxy(server.port) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert fetch("http://journal.example/page", Network(), resolver=outside) == b"a page"
        assert proxy.asked == ["journal.example"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "127.0.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "fd00::1",
        "fe80::1%eth0",
        "vllm",
        "gpu.lan",
        "models.internal",
    ],
)
def test_this_machine_and_private_networks_are_inside(host: str) -> None:
    assert is_private_host(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1", "openai.invalid", "10.a.invalid"])
def test_everything_else_is_outside(host: str) -> None:
    assert not is_private_host(host)


def test_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "proxy.invalid:3128")
    monkeypatch.setenv("NO_PROXY", "example.invalid")
    assert Network().proxy_for("https://api.example.invalid/v1") is None
    assert Network().proxy_for("https://other.invalid/v1") == "http://proxy.invalid:3128"


def test_a_socks_proxy_without_its_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", "socks5://me:sesame@127.0.0.1:1080")
    settings = settings_for("http://models.invalid")
    install = r"socks5://127.0.0.1:1080 .*pip install 'pjt-virtual-lab\[socks\]'"
    for use in (lambda: asyncio.run(ask(settings)), lambda: embed(settings)):
        with pytest.raises(MissingExtraError, match=install) as raised:
            use()
        assert "sesame" not in str(raised.value)
    with pytest.raises(UnreachableHostError, match=install):
        fetch("http://journal.invalid/page", Network())


@pytest.mark.parametrize("proxy", ["socks4://me:sesame@p:1", "http://", "http://me:sesame@p:x"])
def test_a_proxy_that_cannot_be_used_is_an_error_without_its_password(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(SettingError, match="SCHEME://HOST:PORT") as raised:
        Network().proxy_for("https://models.invalid")
    assert "sesame" not in str(raised.value)


def test_a_proxy_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with ReplayServer() as refusing:  # it knows no CONNECT, and answers 501
        monkeypatch.setenv("HTTPS_PROXY", refusing.url)
        with pytest.raises(UnreachableHostError, match="the proxy answers 501"):
            fetch("https://journal.invalid/page", Network())


def test_a_company_s_own_certificates_are_believed_where_they_are_named(
    secure: ReplayServer, authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(secure.url, ca_bundle=authority[1])
    asyncio.run(ask(settings))
    assert embed(settings) == pytest.approx([0.6, 0.8])
    network = Network.of(settings)
    assert fetch(f"{secure.url}/page", network, trusted=secure.port) == b"a page"
    monkeypatch.setenv("OLLAMA_HOST", secure.url)
    asyncio.run(ask(settings, "ollama:m"))
    monkeypatch.setenv("VIRTUAL_LAB_CA_BUNDLE", str(authority[1]))
    call_lab(secure.url)


def test_a_certificate_that_cannot_be_verified_names_the_setting(secure: ReplayServer) -> None:
    settings, named = settings_for(secure.url), "VIRTUAL_LAB_CA_BUNDLE"

    async def list_models() -> None:
        clients = HttpClients.open(5.0, settings.openai_base_url)
        try:
            with pytest.raises(ModelUnavailableError, match=named):
                await served_model(settings, clients)
        finally:
            await clients.aclose()

    asyncio.run(list_models())
    with pytest.raises(Exception, match="Connection error") as raised:
        asyncio.run(ask(settings))
    failure = classify(raised.value)
    assert named in failure.message
    assert not failure.transient
    with pytest.raises(ModelUnavailableError, match=named):
        embed(settings)
    with pytest.raises(UnreachableHostError, match=named):
        fetch(f"{secure.url}/page", Network(), trusted=secure.port)
    with Lab(secure.url, key="k") as lab, pytest.raises(UnreachableHostError, match=named):
        lab.run("1").status()


def test_the_system_s_certificates_are_believed_as_well(
    authority: tuple[trustme.CA, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "company.pem"
    authority[0].cert_pem.write_to_path(str(bundle))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)  # certificates of a folder are not counted
    _certificates.cache_clear()
    system = Network().certificates().cert_store_stats()["x509_ca"]
    # As in a process that was started by one which has named the bundle for other clients.
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert Network(bundle).certificates().cert_store_stats()["x509_ca"] == system + 1


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_certificates_that_cannot_be_read_is_told(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "company.pem"
    if content:
        file.write_text(content)
    monkeypatch.setenv("VIRTUAL_LAB_CA_BUNDLE", str(file))
    with pytest.raises(SettingError, match=r"VIRTUAL_LAB_CA_BUNDLE: .*company\.pem: (No|no) "):
        load_settings()


def test_clients_of_other_providers_find_private_addresses_left_out(
    monkeypatch: pytest.MonkeyPatch, authority: tuple[trustme.CA, Path]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setenv("NO_PROXY", "example.invalid")
    monkeypatch.setenv("no_proxy", "example.invalid")
    monkeypatch.setenv("SSL_CERT_FILE", "")
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://10.0.0.7:4000")
    monkeypatch.setenv("OTHER_BASE_URL", "https://api.other.invalid")
    Network(authority[1]).prepare_environment()
    import os

    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "example.invalid,10.0.0.7"
    assert os.environ["SSL_CERT_FILE"] == str(authority[1])


def test_only_local_models_send_no_traces(
    server: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langsmith import configure
    from langsmith.utils import get_env_var, tracing_is_enabled

    async def is_traced(only_local: bool) -> bool:
        settings = settings_for(server.url, only_local_models=only_local)
        async with open_analyst(Question(topic="t", model="none"), settings, "en"):
            return bool(tracing_is_enabled())

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    configure(enabled=None)  # another test of this process may have turned them off
    get_env_var.cache_clear()
    try:
        assert asyncio.run(is_traced(False))
        assert not asyncio.run(is_traced(True))
    finally:
        configure(enabled=None)
        get_env_var.cache_clear()
