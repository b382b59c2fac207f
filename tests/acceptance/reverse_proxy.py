"""A real reverse proxy for tests, which passes calls on as nginx does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

_OF_A_CONNECTION = frozenset({"connection", "host", "keep-alive", "transfer-encoding"})


@contextmanager
def reverse_proxy(
    upstream: str,
    *,
    version: str = "1.1",
    source: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
) -> Iterator[str]:
    """What ``proxy_pass http://127.0.0.1:PORT`` of nginx does; gives the address of the proxy.

    Args:
        upstream: the address of the server that is called.
        version: of HTTP that the server is called with; "1.0" is what nginx took before 1.29.7.
        source: the address that the proxy calls from.
        headers: what ``proxy_set_header`` sets. ``$host``, ``$remote_addr`` and
            ``$proxy_add_x_forwarded_for`` stand for what they are in nginx. Without any, the server
            is called by its own name, and nothing tells it of the proxy.
    """
    target = urlsplit(upstream)
    assert target.hostname

    class Connection(HTTPConnection):
        _http_vsn_str = f"HTTP/{version}"
        _http_vsn = 10 if version == "1.0" else 11

    class Passing(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            caller = self.client_address[0]
            before = self.headers.get("x-forwarded-for")
            values = {
                "$host": urlsplit(f"//{self.headers['host']}").netloc,
                "$remote_addr": caller,
                "$proxy_add_x_forwarded_for": f"{before}, {caller}" if before else caller,
            }
            sent = {
                name.title(): value
                for name, value in self.headers.items()
                if name.lower() not in _OF_A_CONNECTION
            }
            sent |= {"Host": target.netloc, "Connection": "close"}
            sent |= {name: values.get(value, value) for name, value in (headers or {}).items()}
            connection = Connection(
                target.hostname or "", target.port, source_address=(source, 0), timeout=20
            )
            with closing(connection):
                connection.putrequest(
                    self.command, self.path, skip_host=True, skip_accept_encoding=True
                )
                for name, value in sent.items():
                    connection.putheader(name, value)
                connection.endheaders(body)
                answer = connection.getresponse()
                content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in (*_OF_A_CONNECTION, "content-length", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = pass_on  # noqa: N815

    with ThreadingHTTPServer(("127.0.0.1", 0), Passing) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
