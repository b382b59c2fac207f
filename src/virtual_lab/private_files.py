"""Files and folders that only the user who runs this program may read, as POSIX has it.

On Windows they are made as all others are: a user's data folder is closed to other users there.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

_FOLDER = 0o777 if sys.platform == "win32" else 0o700
_FILE = 0o600
_OTHERS = 0o077

# What this program keeps in its data folder. Whatever else lies there is the user's own.
_FILES = ("installation", "session-secret", ".gitignore")
_DATABASES = (".sqlite3", ".turn")
_BESIDE_DATABASES = ("-wal", "-shm", "-journal")
_FOLDERS = ("broker", "passing", "uploads")


def make_folder(folder: Path) -> None:
    """Make a folder where it is missing, with all above it that are missing.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.is_dir():
        if folder.parent != folder:
            make_folder(folder.parent)
        folder.mkdir(mode=_FOLDER, exist_ok=True)


def make_file(file: Path, content: str = "") -> None:
    """Make a file where it is missing, with its folder; what is there already stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    if file.exists():
        return
    make_folder(file.parent)
    # Written elsewhere and then given its name, which fails where another was faster: nobody ever
    # reads half of it. Nor is the file itself ever closed, which would free the locks of SQLite.
    own = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(content)
    try:
        os.link(own, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not file.exists():
            own.replace(file)
    finally:
        own.unlink(missing_ok=True)


@cache
def close_to_others(data: Path) -> None:
    """Close a data folder to other users where an earlier version left it open; once a process.

    The folder and those in it are looked at each time; deeper ones only where they are open, for
    all in them was made over before they were. What belongs to another user stays as it is, and
    so does a folder such as /tmp, which is for all.
    """
    if sys.platform == "win32" or not data.is_dir():
        return
    if not data.stat().st_mode & stat.S_ISVTX:
        _close(data)
    for entry in list(os.scandir(data)):
        if entry.name in _FOLDERS and entry.is_dir(follow_symlinks=False):
            _close_within(Path(entry))
            _close(Path(entry))
        elif _is_ours(entry.name) and entry.is_file(follow_symlinks=False):
            _close(Path(entry))


def is_open_to_others(folder: Path) -> bool:
    """Whether other users may look into a folder."""
    return sys.platform != "win32" and bool(folder.stat().st_mode & _OTHERS)


def _is_ours(name: str) -> bool:
    for ending in _BESIDE_DATABASES:
        name = name.removesuffix(ending)
    return name in _FILES or name.endswith(_DATABASES)


def _close_within(folder: Path) -> None:
    with suppress(PermissionError):
        for entry in list(os.scandir(folder)):
            path = Path(entry)
            if entry.is_file(follow_symlinks=False):
                _close(path)
            elif entry.is_dir(follow_symlinks=False) and is_open_to_others(path):
                _close_within(path)
                _close(path)


def _close(path: Path) -> None:
    # Files of other processes come and go.
    with suppress(PermissionError, FileNotFoundError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)
