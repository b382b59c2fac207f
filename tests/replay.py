"""A web server for tests: it replays recorded answers, and misbehaves where it is told to."""

from __future__ import annotations

import contextlib
import gzip
import json
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import yaml

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Reply:
    """One answer.

    ``wait`` is the time before it, ``drip`` the time between its pieces, both in seconds; after
    ``cut`` bytes the connection is closed although more was announced.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    cut: int | None = None


@dataclass(frozen=True)
class Asked:
    """One request that the server got."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class ReplayServer:
    """Listens on a free port of the loopback; use it as a context manager.

    Args:
        tls: its certificate, where it speaks HTTPS.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._replies: dict[str, list[Reply]] = {}
        self.asked: list[Asked] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._answer(self)

            def do_POST(self) -> None:
                server._answer(self)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._http = _Server((HOST, 0), Handler)
        self.port: int = self._http.server_address[1]
        self.url = f"http{'s' if tls else ''}://{HOST}:{self.port}"
        if tls:
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def on(self, path: str, *replies: Reply | bytes) -> None:
        """Answer requests for ``path`` with ``replies`` in turn; the last one is repeated."""
        self._replies[path] = [r if isinstance(r, Reply) else Reply(r) for r in replies]

    def on_json(self, path: str, *values: Any) -> None:
        """Answer requests for ``path`` with JSON."""
        kind = {"Content-Type": "application/json"}
        self.on(path, *(Reply(json.dumps(value).encode(), headers=kind) for value in values))

    def replies(self, path: str) -> list[Reply]:
        """What requests for ``path`` will be answered with."""
        return list(self._replies[path])

    def count(self, path: str) -> int:
        """How many requests there were for ``path``."""
        return sum(asked.path == path for asked in self.asked)

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        headers = {key.lower(): value for key, value in handler.headers.items()}
        self.asked.append(Asked(handler.command, parts.path, query, headers, body))
        waiting = self._replies.get(parts.path, [Reply(b"not here", 404)])
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        with contextlib.suppress(ConnectionError):
            _send(handler, reply)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.wait)
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    body = reply.body if reply.cut is None else reply.body[: reply.cut]
    size = max(1, len(body) // 20) if reply.drip else max(1, len(body))
    for start in range(0, len(body), size):
        handler.wfile.write(body[start : start + size])
        handler.wfile.flush()
        time.sleep(reply.drip)
    if reply.cut is not None:
        handler.close_connection = True


def cassette(path: Path) -> list[tuple[str, Reply]]:
    """The URLs and answers of a recording in vcrpy's YAML, bodies unpacked."""
    recorded = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    return [(item["request"]["uri"], _recorded(item["response"])) for item in recorded]


def cassette_json(path: Path, index: int = 0) -> Any:
    """One answer of a recording, parsed."""
    return json.loads(cassette(path)[index][1].body)


def arxiv_feed(path: Path) -> bytes:
    """The Atom feed of a recording of arxiv.py, which kept UTF-8 as if it were Latin-1."""
    return str(json.loads(path.read_text(encoding="utf-8"))["body"]).encode("latin-1")


def _recorded(response: Mapping[str, Any]) -> Reply:
    body = response["body"]["string"]
    content = body if isinstance(body, bytes) else body.encode()
    headers: Mapping[str, Sequence[str]] = response["headers"]
    kind = next((v[0] for k, v in headers.items() if k.lower() == "content-type"), "")
    return Reply(
        gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content,
        response["status"]["code"],
        {"Content-Type": kind},
    )
