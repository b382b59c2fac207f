"""A sandbox for reading documents: another process, which is killed if a file takes too long.

The process speaks JSON lines: a path in, a document or a typed error out. One process reads
file after file; it is started again after it had to be killed or died.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from virtual_lab import errors
from virtual_lab.documents.document import Document
from virtual_lab.documents.registry import is_read, read_document
from virtual_lab.errors import (
    BrokenDocumentError,
    OversizedDocumentError,
    SlowDocumentError,
    UnreadableDocumentError,
)
from virtual_lab.messages import Message

MEMORY_LIMIT = 1_000_000_000
"""The largest address space of a reading process, in bytes, where the platform can limit it."""


class ReaderClosedError(RuntimeError):
    """A file was not read because its reader was closed, before or meanwhile."""


class DocumentReader:
    """Reads documents, each in one of its processes; use it as a context manager.

    Several threads may read at once: where all processes are busy, a thread waits for one.

    Args:
        timeout: after how many seconds the reading of a file is given up.
        max_bytes: largest file that is tried.
        processes: how many files are read at once.
    """

    def __init__(
        self, timeout: float = 30.0, max_bytes: int = 100 * 1024 * 1024, processes: int = 1
    ) -> None:
        self._max_bytes = max_bytes
        self._processes = tuple(_ReadingProcess(timeout) for _ in range(processes))
        self._idle: queue.LifoQueue[_ReadingProcess] = queue.LifoQueue()
        for process in self._processes:
            self._idle.put(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def at_once(self) -> int:
        """How many files are read at once."""
        return len(self._processes)

    def read(self, path: Path) -> Document:
        """Read one file.

        Raises:
            UnreadableDocumentError: why there is no document, in a line for the user.
            ReaderClosedError: the reader was closed.
        """
        try:
            size = path.stat().st_size
        except OSError as error:
            raise UnreadableDocumentError("outside.text", text=error.strerror or error) from None
        if size > self._max_bytes:
            raise OversizedDocumentError(
                "document.too_large", size=size >> 20, most=self._max_bytes >> 20
            )
        process = self._idle.get()
        try:
            return process.read(path)
        finally:
            self._idle.put(process)

    def cancel(self) -> None:
        """End the reading of files that are being read now; the reader can be used further."""
        for process in self._processes:
            process.cancel()

    def close(self) -> None:
        """End the reading processes, also in the middle of a file, and start none any more."""
        for process in self._processes:
            process.close()


class _ReadingProcess:
    """One process that reads file after file, started when it is needed."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()
        # One thread closes while another starts the process.
        self._lock = threading.RLock()
        self._closed = False

    def read(self, path: Path) -> Document:
        """Read one file, as ``DocumentReader`` says."""
        process, answers = self._running()
        request = json.dumps(str(path)).encode() + b"\n"
        try:
            _pipe(process.stdin).write(request)
            _pipe(process.stdin).flush()
            answer = answers.get(timeout=self._timeout)
        except queue.Empty:
            self.cancel()
            raise SlowDocumentError("document.over_time", seconds=f"{self._timeout:.0f}") from None
        except (OSError, ValueError):  # It is gone, or its pipe was closed meanwhile.
            answer = b""
        if not answer:
            self.cancel()
            if self._closed:
                raise ReaderClosedError
            raise BrokenDocumentError("document.reading_failed") from None
        return _parse(answer)

    def cancel(self) -> None:
        """End the process; the next file gets another one."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        with suppress(OSError):  # Closing flushes a request that the process never read.
            _pipe(process.stdin).close()

    def close(self) -> None:
        """End the process for good."""
        with self._lock:
            self._closed = True
        self.cancel()

    def _running(self) -> tuple[subprocess.Popen[bytes], queue.Queue[bytes]]:
        """The process and the queue of its answers."""
        with self._lock:
            if self._closed:
                raise ReaderClosedError
            if self._process is None or self._process.poll() is not None:
                self.cancel()
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "virtual_lab.documents.sandbox"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
                self._answers = queue.Queue()
                threading.Thread(
                    target=_pump,
                    args=(_pipe(self._process.stdout), self._answers),
                    daemon=True,
                ).start()
            return self._process, self._answers


def find_documents(
    path: Path, on_error: Callable[[OSError], None] = lambda error: None
) -> Iterator[Path]:
    """The file itself, or all readable files below a folder, in order, without hidden ones.

    Args:
        on_error: called for each folder that cannot be opened.
    """
    if not path.is_dir():
        yield path
        return
    files = (
        Path(folder, name) for folder, _, names in os.walk(path, onerror=on_error) for name in names
    )
    for file in sorted(files):
        if is_document(file, path) and file.is_file():
            yield file


def is_document(file: Path, folder: Path) -> bool:
    """Whether a file below a folder is one to read, by its name; hidden ones are not."""
    hidden = any(part.startswith((".", "~$")) for part in file.relative_to(folder).parts)
    return is_read(file) and not hidden


def _pump(stdout: IO[bytes], answers: queue.Queue[bytes]) -> None:
    """Hand on the lines of a process, then one empty answer for its end."""
    with stdout:
        for line in stdout:
            answers.put(line)
    answers.put(b"")


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise RuntimeError("the process was started without this pipe")
    return stream


def _parse(answer: bytes) -> Document:
    message = json.loads(answer)
    if "error" in message:
        kind = getattr(errors, message["error"], UnreadableDocumentError)
        said = message["message"]
        raise kind.of(Message.model_validate(said) if said else None)
    return Document.model_validate(message)


def _serve() -> None:
    """Read documents for the parent until it closes the pipe."""
    limit_memory()
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # what a reader prints is no answer
    for line in sys.stdin.buffer:
        answers.write(_answer(Path(json.loads(line))) + b"\n")
        answers.flush()


def _answer(path: Path) -> bytes:
    try:
        text = read_document(path).model_dump_json()
        text.encode()
    except UnreadableDocumentError as error:
        return _failure(error)
    except MemoryError:
        return _failure(OversizedDocumentError("document.too_much_memory"))
    except RecursionError:
        return _failure(BrokenDocumentError("document.nested_too_deeply"))
    except Exception as error:  # whatever a parser raises on a broken file
        said = f"{type(error).__name__}: {error}"[:200]
        return _failure(BrokenDocumentError("outside.text", text=said))
    return text.encode()


def _failure(error: UnreadableDocumentError) -> bytes:
    said = error.message.model_dump() if error.message else None
    return json.dumps({"error": type(error).__name__, "message": said}).encode()


def limit_memory() -> None:
    """Limit the address space of this process to ``MEMORY_LIMIT``, where the platform can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


if __name__ == "__main__":
    _serve()
