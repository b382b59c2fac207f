"""The supervisor: keeps the processes of the service running, and ends them all in order."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any

from virtual_lab.errors import ServiceError
from virtual_lab.messages import Message

_POLL_S = 0.1
_STEADY_S = 10.0
"""How long a process must run before its end no longer counts as another failed start."""

_MOST_FAILURES = 5
_PAUSE_S = 0.5
_PR_SET_PDEATHSIG = 1  # From <linux/prctl.h>.

Say = Callable[[str], None]


class ChildProcess:
    """One process of the service; a quiet process shows no log."""

    def __init__(self, name: str, command: list[str], is_quiet: bool = False) -> None:
        self.name = name
        self.command = command
        self.is_quiet = is_quiet
        self.failures = 0
        self.due = 0.0
        self._started = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process in a session of its own, so that only the supervisor gets Ctrl-C."""
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if self.is_quiet else None,
            **_own_session(),
        )

    def is_running(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def has_ended(self) -> bool:
        """Whether the process has ended, and was not cleaned up yet."""
        return self._process is not None and self._process.poll() is not None

    def clean_up(self) -> Message:
        """Kill the remaining children of an ended process; gives its exit status or signal.

        Sets ``due``, the time from which it may be started again: later with every failure.
        """
        code = self._process.returncode if self._process else 0
        self.kill()
        self._process = None
        now = time.monotonic()
        self.failures = self.failures + 1 if now - self._started < _STEADY_S else 1
        self.due = now + _PAUSE_S * 2 ** (self.failures - 1)
        if code < 0:
            return Message.of("service.signal", name=signal.Signals(-code).name)
        return Message.of("service.exit_status", status=code)

    def terminate(self) -> None:
        """Ask the process to end."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process now, with its children."""
        if self._process is None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Supervisor:
    """Runs processes until a signal comes, and then ends all of them.

    Args:
        say: shows a line at the terminal.
        patience_s: how long the processes may take to end, in seconds.
    """

    def __init__(self, say: Say, patience_s: float) -> None:
        self._say = say
        self._patience_s = patience_s
        self._parts: list[ChildProcess] = []
        self._signals = 0

    @property
    def is_asked_to_stop(self) -> bool:
        """Whether a signal has come."""
        return self._signals > 0

    def add(self, name: str, command: list[str], is_quiet: bool = False) -> None:
        """Start a process; ``name`` is its name in messages. A quiet process shows no log."""
        part = ChildProcess(name, command, is_quiet)
        self._parts.append(part)
        part.start()

    def await_ready(self, is_ready: Callable[[], bool], patience_s: float) -> bool:
        """Wait until the service is ready; False where a signal came first.

        Raises:
            ServiceError: a process ended, or it takes longer than ``patience_s`` seconds.
        """
        until = time.monotonic() + patience_s
        while not self.is_asked_to_stop:
            for part in self._parts:
                if part.has_ended():
                    raise ServiceError(
                        "service.ended_at_start", part=part.name, how=part.clean_up()
                    )
            if is_ready():
                return True
            if time.monotonic() > until:
                raise ServiceError("service.not_ready", seconds=f"{patience_s:.0f}")
            time.sleep(_POLL_S)
        return False

    def watch(self) -> None:
        """Start processes again that end, until a signal comes.

        Raises:
            ServiceError: a process has failed ``_MOST_FAILURES`` times in a row.
        """
        while not self.is_asked_to_stop:
            for part in self._parts:
                if part.has_ended():
                    self._lost(part)
                elif not part.is_running() and time.monotonic() >= part.due:
                    part.start()
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """End all processes: they may finish, unless another signal comes or the time is over."""
        until = time.monotonic() + self._patience_s
        signals = self._signals
        for part in self._parts:
            part.terminate()
        while any(part.is_running() for part in self._parts):
            if self._signals > signals or time.monotonic() > until:
                break
            time.sleep(_POLL_S)
        for part in self._parts:
            part.kill()

    @contextlib.contextmanager
    def on_duty(self) -> Iterator[None]:
        """Handle the signals that end the service, and end all processes after the block."""
        numbers = [signal.SIGINT, signal.SIGTERM]
        if sys.platform == "win32":
            numbers.append(signal.SIGBREAK)
        elif signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            # An ignored SIGHUP means nohup: the service should outlive its terminal.
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._take) for number in numbers}
        try:
            yield
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _lost(self, part: ChildProcess) -> None:
        how = part.clean_up()
        if part.failures >= _MOST_FAILURES:
            raise ServiceError("service.ended_again", part=part.name, times=part.failures, how=how)
        self._say(f"The {part.name} ended ({how.text()}) and is started again.")

    def _take(self, number: int, frame: FrameType | None) -> None:
        # A closing terminal sends SIGHUP more than once, which is no request to end at once.
        if number in (signal.SIGINT, signal.SIGTERM) or not self._signals:
            self._signals += 1


def _own_session() -> dict[str, Any]:
    """The options of a process that gets signals only from the supervisor."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "linux":
        options["preexec_fn"] = partial(_end_with_parent, os.getpid())
    return options


def _end_with_parent(parent: int) -> None:
    """Let the Linux kernel end this process if the supervisor is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # It was killed before the kernel knew.
        os.kill(os.getpid(), signal.SIGTERM)
