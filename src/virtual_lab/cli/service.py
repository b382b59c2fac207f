"""``virtual-lab up``, ``serve`` and ``worker``: run the whole service, or one part of it."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from virtual_lab.jobs.broker.broker import Broker
    from virtual_lab.settings import Settings
    from virtual_lab.store import Store

_START_S = 120.0
_SHUTDOWN_EXTRA_S = 15.0
_READY_TIMEOUT_S = 1.0
_WORKER_TIMEOUT_S = 2.5
_CLOSE_CONNECTIONS_S = 5

Host = Annotated[str, typer.Option(help="Address that the API listens on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port that the API listens on.")]


def up(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Runs at once.  [default: processors]")
    ] = None,
) -> None:
    """Run the whole service: message broker, worker and HTTP API. Ctrl-C ends it.

    The broker is Redis where REDIS_URL is set, else a Valkey in the data folder. A part that
    ends is started again. Ctrl-C lets a run come to a step that it can go on from; a second
    Ctrl-C ends everything at once. No run is lost either way: it goes on at the next start.
    """
    from virtual_lab import __version__
    from virtual_lab.cli.supervisor import Supervisor
    from virtual_lab.jobs.broker.broker import Broker
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.jobs.worker.command import worker_command
    from virtual_lab.logs import set_up_logs
    from virtual_lab.settings import load_settings

    settings = load_settings()
    set_up_logs(settings.model_copy(update={"log_level": "warning"}))
    _listen(host, port).close()
    with open_store(settings) as store:
        _require_key(host, store, settings)
    broker = Broker(settings)
    supervisor = Supervisor(_say, settings.drain_s + _SHUTDOWN_EXTRA_S)
    try:
        with supervisor.on_duty():
            _say(f"Virtual Lab {__version__} is starting ...")
            broker.start()
            broker.check()
            supervisor.add("API", _serve_command(host, port))
            supervisor.add("worker", worker_command(workers, settings.log_level))
            if supervisor.await_ready(lambda: _is_ready(host, port, broker), _START_S):
                _say(_summary(settings, broker, _address(host, port), workers))
                supervisor.watch()
            _say("Stopping; what is running goes on at the next start. Ctrl-C again: at once.")
    finally:
        broker.stop()
    _say("Stopped.")


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the HTTP API alone; runs wait until there is a worker."""
    import uvicorn

    from virtual_lab.asgi import make_site
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.logs import set_up_logs
    from virtual_lab.settings import load_settings

    settings = load_settings()
    set_up_logs(settings)
    # An error here is one clear line; within the server it would be a traceback.
    with open_store(settings) as store:
        _require_key(host, store, settings)
    listener = _listen(host, port)
    config = uvicorn.Config(
        make_site(settings),
        log_config=None,
        timeout_graceful_shutdown=_CLOSE_CONNECTIONS_S,
        # uvicorn itself would read the environment only, and not .env.
        forwarded_allow_ips=settings.forwarded_allow_ips,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def worker(
    concurrency: Annotated[
        int | None,
        typer.Option("--concurrency", "-c", min=1, help="Runs at once.  [default: processors]"),
    ] = None,
) -> None:
    """Run a worker alone. Several may run, on several machines with REDIS_URL and DATABASE_URL.

    On Windows a worker works on one run at a time.
    """
    import subprocess

    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.jobs.worker.command import worker_command
    from virtual_lab.settings import load_settings

    settings = load_settings()
    open_store(settings).close()
    command = worker_command(concurrency, settings.log_level)
    if sys.platform == "win32":
        raise typer.Exit(subprocess.run(command, check=False).returncode)
    # The worker replaces this process, so that it gets every signal itself.
    os.execv(command[0], command)  # noqa: S606


def _serve_command(host: str, port: int) -> list[str]:
    arguments = ("serve", "--host", host, "--port", str(port))
    return [sys.executable, "-m", "virtual_lab.cli", *arguments]


def _require_key(host: str, store: Store, settings: Settings) -> None:
    """Check that other machines are served only with an API key, or if the settings allow it.

    Raises:
        ServiceError: there is no key; the message says what to do.
    """
    from virtual_lab.errors import ServiceError
    from virtual_lab.network import is_loopback

    if is_loopback(host) or settings.serve_network_without_keys or store.keys.exist():
        return
    raise ServiceError("service.open_without_key", host=host)


def _listen(host: str, port: int) -> socket.socket:
    """The socket on which the API listens.

    Raises:
        ServiceError: the address or port cannot be used; the message says why.
    """
    from virtual_lab.errors import ServiceError

    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ServiceError("service.host", host=host, problem=error.strerror) from None
    # Connections inherit TCP_NODELAY. asyncio sets it only on sockets that it made itself. Without
    # it every answer on an open connection waits 40 ms for the acknowledgement of its headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if sys.platform != "win32":
        # On Windows this option would let two programs use the same port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        # Only listen() fails where another program listens already.
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServiceError("service.port_taken", port=port, host=host) from None
        raise ServiceError("service.port", port=port, host=host, problem=error.strerror) from None
    return listener


def _is_ready(host: str, port: int, broker: Broker) -> bool:
    """Whether the API can serve, and a worker answers.

    It calls /ready, which needs no API key, since this process has none.
    """
    from http import HTTPStatus
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(_reachable(host), port, timeout=_READY_TIMEOUT_S)
    try:
        connection.request("GET", "/ready")
        if connection.getresponse().status != HTTPStatus.OK:
            return False
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return _has_worker(broker)


def _has_worker(broker: Broker) -> bool:
    """Whether a worker answers through the broker."""
    from virtual_lab.errors import BrokerError
    from virtual_lab.jobs.app import make_app
    from virtual_lab.jobs.dispatch.worker_health import check_worker

    try:
        check_worker(make_app(broker.url), broker, _WORKER_TIMEOUT_S)
    except BrokerError:
        return False
    return True


def _reachable(host: str) -> str:
    """A local address at which a server on ``host`` can be reached."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def _address(host: str, port: int) -> str:
    name = _reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _summary(settings: Settings, broker: Broker, address: str, workers: int | None) -> str:
    """The text about the running service, for the terminal."""
    from virtual_lab.doctor import analyst, database_in_words

    concurrency = 1 if sys.platform == "win32" else workers or os.cpu_count()
    valkey = f"Valkey in the data folder, process {broker.embedded.pid}" if broker.embedded else ""
    lines = {
        "Pages": address,
        "API": f"{address}/docs",
        "Worker": "1 run at a time" if concurrency == 1 else f"{concurrency} runs at a time",
        "Broker": valkey or str(broker),
        "Data": str(settings.data_dir),
        "Database": database_in_words(settings),
        "Analyst": analyst(settings).text(),
        "To stop": "Ctrl-C",
    }
    shown = "\n".join(f"  {name:<10}{words}" for name, words in lines.items())
    return f"Virtual Lab is running.\n{shown}"


def _say(line: str) -> None:
    """Show a line; a closed terminal does not end the service."""
    try:
        typer.echo(line)
    except OSError:
        # Otherwise the rest of the buffer would fail again at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
