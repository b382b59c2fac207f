"""A proxy for tests: it speaks HTTP and SOCKS5, and leads every host to one port here."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

HOST = "127.0.0.1"
_SOCKS5 = 5


class RecordingProxy:
    """Listens on a free port of the loopback; use it as a context manager.

    ``asked`` holds the hosts and ports that it was asked for, ``got`` every byte that it was sent.

    Args:
        port: of this machine, where every host is taken to be.
    """

    def __init__(self, port: int = 0) -> None:
        self.asked: list[str] = []
        self.got = b""
        self._target = port
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self.socks_url = f"socks5://{HOST}:{self.port}"
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        _end(self._listener)
        # A thread may open another connection, and start another thread, while these end.
        while any(thread.is_alive() for thread in self._threads):
            for one in list(self._open):
                _end(one)
            for thread in list(self._threads):
                thread.join(0.05)
        for one in (self._listener, *self._open):
            one.close()

    def _start(self, task: object, *args: object) -> None:
        thread = threading.Thread(target=task, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, IndexError, ValueError):
            first = self._read(client)
            if first[0] == _SOCKS5:
                client.sendall(bytes([_SOCKS5, 0]))
                asked = self._read(client)
                size = asked[4]
                port = int.from_bytes(asked[5 + size : 7 + size], "big")
                self.asked.append(f"{asked[5 : 5 + size].decode()}:{port}")
                client.sendall(bytes([_SOCKS5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
                self._relay(client, b"")
                return
            method, target, _ = first.split(b"\r\n")[0].decode().split(" ")
            if method == "CONNECT":
                self.asked.append(target)
                client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                self._relay(client, b"")
            else:
                self.asked.append(urlsplit(target).netloc)
                path = urlsplit(target)._replace(scheme="", netloc="").geturl()
                self._relay(client, first.replace(target.encode(), path.encode(), 1))

    def _relay(self, client: socket.socket, begun: bytes) -> None:
        server = socket.create_connection((HOST, self._target))
        self._open.append(server)
        server.sendall(begun)
        self._start(self._pour, server, client)
        while part := self._read(client):
            server.sendall(part)

    def _pour(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)

    def _read(self, client: socket.socket) -> bytes:
        part = client.recv(65536)
        self.got += part
        return part


def _end(connection: socket.socket) -> None:
    """Let whoever reads from a connection, or waits for one, go on."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
