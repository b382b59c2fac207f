"""The model server: an OpenAI-compatible server for a scripted model, with faults on request.

The vectors of ``/v1/embeddings`` are hashed words; only faults of the server happen there. The
server implements the needed part of HTTP/1.1 itself, so that its faults are exact to the byte.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext, suppress
from http import HTTPStatus
from typing import Any, NamedTuple

from virtual_lab.testing.embeddings import embeddings_answer
from virtual_lab.testing.faults import SERVER_FAULTS, Rule, ServerFault, spoil_content, spoil_form
from virtual_lab.testing.scripted import Ask, RequestKind, ScriptedModel, read_request

MODEL = "scripted"

_DRIP_S = 0.05
# After so many steps of the event loop a new connection has its task; asyncio needs about five.
_LOOP_STEPS_TO_CONNECT = 8


class ServedRequest(NamedTuple):
    """One request that the server answered, its times in seconds, and its fault."""

    ask: Ask
    began: float
    ended: float
    fault: ServerFault | None
    body: dict[str, Any]


class ModelServer:
    """Serves a scripted model at ``base_url`` while its context is open.

    ``served`` holds the answered requests, ``struck`` the faults that happened, in their order. A
    request to a silent server counts as answered when its client closes the connection.

    Args:
        model: the model that answers the requests.
        faults: the rules; the first one that fits a request and is not used up applies.
        latency_s: how long an answer takes, in seconds.
        concurrent: how many answers are made at a time; None for no limit.
        retry_after_s: the seconds in the header Retry-After of a 429.
        port: the port; 0 for a free one.
    """

    def __init__(
        self,
        model: ScriptedModel | None = None,
        faults: Sequence[Rule] = (),
        latency_s: float = 0.0,
        concurrent: int | None = None,
        retry_after_s: float = 0.0,
        port: int = 0,
    ) -> None:
        self.model = model or ScriptedModel()
        self.served: list[ServedRequest] = []
        self.struck: list[ServerFault] = []
        self._rules = list(faults)
        self._struck = [0] * len(self._rules)
        self._latency_s = latency_s
        self._concurrent = concurrent
        self._retry_after_s = retry_after_s
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="model-server", daemon=True)
        self._connections: set[asyncio.Task[None]] = set()

    def __enter__(self) -> ModelServer:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def lay(self, rule: Rule) -> None:
        """Add another rule for faults."""
        self._rules.append(rule)
        self._struck.append(0)

    @property
    def base_url(self) -> str:
        """The value for OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._port}/v1"

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._gate = asyncio.Semaphore(self._concurrent) if self._concurrent else None
        server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        # Clients that are connecting get their task first; else nothing would close them.
        for _ in range(_LOOP_STEPS_TO_CONNECT):
            await asyncio.sleep(0)
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a callback of start_server runs as a task
        self._connections.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer):
                    pass
            writer.close()
        except asyncio.CancelledError:  # The server ends without waiting for slow clients.
            writer.transport.abort()
        finally:
            self._connections.discard(task)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read one request and answer it; False where the connection must be closed."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = lines[0].split(" ")[1]
        if path.endswith("/models"):
            await _send(writer, 200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})
            return True
        if path.endswith("/embeddings"):
            request = json.loads(body)
            ask = Ask(RequestKind.EMBEDDINGS, "", "\n".join(request["input"]))
        elif path.endswith("/chat/completions"):
            request = json.loads(body)
            ask = read_request(request)
        else:
            await _send(writer, 404, _error("there is no such path"))
            return True
        return await self._answer(ask, request, headers, reader, writer)

    async def _answer(
        self,
        ask: Ask,
        body: dict[str, Any],
        headers: dict[str, str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        began = time.monotonic()
        fault = self._fault(ask, body)
        try:
            if fault is ServerFault.SILENT:
                await reader.read()  # Returns when the client has closed the connection.
                return False
            if fault in SERVER_FAULTS:
                key = headers.get("authorization", "")
                return await _SERVER_FAULTS[fault](writer, self._retry_after_s, key)
            async with self._gate or nullcontext():
                await asyncio.sleep(self._latency_s)
        finally:
            # Before the answer is sent, so that a client with an answer finds its request here.
            self.served.append(ServedRequest(ask, began, time.monotonic(), fault, body))
        is_embedding = ask.kind is RequestKind.EMBEDDINGS
        answer = embeddings_answer(body) if is_embedding else self._completion(ask, body, fault)
        await _send(writer, 200, answer)
        return True

    def _fault(self, ask: Ask, body: dict[str, Any]) -> ServerFault | None:
        for place, rule in enumerate(self._rules):
            if rule.kind not in (None, ask.kind) or self._struck[place] == rule.times:
                continue
            if rule.fault is ServerFault.NO_SCHEMA and "response_format" not in body:
                continue
            self._struck[place] += 1
            self.struck.append(rule.fault)
            return rule.fault
        return None

    def _completion(
        self, ask: Ask, body: dict[str, Any], fault: ServerFault | None
    ) -> dict[str, Any]:
        answer = self.model.answer(ask)
        if fault:
            answer = spoil_content(fault, answer, ask)
        text, reason = spoil_form(fault, json.dumps(answer, ensure_ascii=False))
        prompt, said = len(ask.text) // 4, len(text) // 4
        return {
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body.get("model", MODEL),
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": reason,
                }
            ],
            "usage": {
                "prompt_tokens": prompt,
                "completion_tokens": said,
                "total_tokens": prompt + said,
            },
        }


async def _send(
    writer: asyncio.StreamWriter, status: int, value: Any, extra: Sequence[str] = ()
) -> None:
    payload = json.dumps(value, ensure_ascii=False).encode()
    head = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(payload)}",
        *extra,
    ]
    writer.write("\r\n".join([*head, "", ""]).encode() + payload)
    await writer.drain()


def _error(message: str, code: str = "") -> dict[str, Any]:
    return {"error": {"message": message, "type": "error", "code": code}}


_Strike = Callable[[asyncio.StreamWriter, float, str], Awaitable[bool]]


async def _rate_limit(writer: asyncio.StreamWriter, retry_after_s: float, key: str) -> bool:
    headers = [f"Retry-After: {retry_after_s:g}"]
    await _send(writer, 429, _error("slow down", "rate_limit_exceeded"), headers)
    return True


def _status(status: int, message: str) -> _Strike:
    async def strike(writer: asyncio.StreamWriter, retry_after_s: float, key: str) -> bool:
        await _send(writer, status, _error(message.format(key=key)))
        return True

    return strike


async def _endless(writer: asyncio.StreamWriter, retry_after_s: float, key: str) -> bool:
    await _begin_body(writer)
    while True:
        await _chunk(writer, b" " * 65536)


async def _drip(writer: asyncio.StreamWriter, retry_after_s: float, key: str) -> bool:
    await _begin_body(writer)
    while True:
        await _chunk(writer, b" ")
        await asyncio.sleep(_DRIP_S)


async def _cut(writer: asyncio.StreamWriter, retry_after_s: float, key: str) -> bool:
    await _begin_body(writer)
    await _chunk(writer, b'{"choices": [')
    return False


async def _not_json(writer: asyncio.StreamWriter, retry_after_s: float, key: str) -> bool:
    await _begin_body(writer)
    await _chunk(writer, b"<html>Bad gateway</html>")
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


async def _no_choices(writer: asyncio.StreamWriter, retry_after_s: float, key: str) -> bool:
    await _send(writer, 200, {"id": "x", "object": "chat.completion", "choices": []})
    return True


async def _begin_body(writer: asyncio.StreamWriter) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    await writer.drain()


async def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await writer.drain()


_SERVER_FAULTS: dict[ServerFault | None, _Strike] = {
    ServerFault.RATE_LIMIT: _rate_limit,
    ServerFault.SERVER_ERROR: _status(500, "internal error"),
    ServerFault.OVERLOADED: _status(503, "overloaded"),
    ServerFault.UNAUTHORISED: _status(401, "Incorrect API key provided: {key}"),
    ServerFault.NO_SCHEMA: _status(400, "response_format is not supported"),
    ServerFault.ENDLESS: _endless,
    ServerFault.DRIP: _drip,
    ServerFault.CUT_CONNECTION: _cut,
    ServerFault.NOT_JSON: _not_json,
    ServerFault.NO_CHOICES: _no_choices,
}
