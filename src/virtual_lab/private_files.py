"""Private files and folders: only the user who runs this program may read them.

This holds on POSIX systems. On Windows they are made without special modes, since the data folder
of a user is closed to other users there.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

_FOLDER_MODE = 0o777 if sys.platform == "win32" else 0o700
_FILE_MODE = 0o600
_MODE_OF_OTHERS = 0o077

# Only these files and folders belong to this program; other modes are not changed.
_FILES = ("installation", "session-secret", ".gitignore")
_DATABASE_ENDINGS = (".sqlite3", ".turn")
_DATABASE_SIDE_FILE_ENDINGS = ("-wal", "-shm", "-journal")
_FOLDERS = ("broker", "passing", "uploads")


def make_folder(folder: Path) -> None:
    """Make a folder, with its missing parents, unless it exists.

    Raises:
        OSError: the folder cannot be made.
    """
    if not folder.is_dir():
        if folder.parent != folder:
            make_folder(folder.parent)
        folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)


def make_file(file: Path, content: str = "") -> None:
    """Make a file, with its folder, unless it exists.

    Raises:
        OSError: the file cannot be made.
    """
    if file.exists():
        return
    make_folder(file.parent)
    # The content is written under another name first, so that no process reads half of it. Linking
    # fails where another process was faster. Opening and closing the file itself would release the
    # locks that SQLite has on it.
    temporary = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(content)
    try:
        os.link(temporary, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not file.exists():
            temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


@cache
def close_to_others(data: Path) -> None:
    """Close a data folder to other users, as earlier versions left it open; once in a process.

    The folder and its direct subfolders are always checked. Deeper folders are checked only while
    they are open, since their content is closed before they are. Files of other users and shared
    folders such as /tmp are not changed.
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
    """Whether other users may read or write in a folder."""
    return sys.platform != "win32" and bool(folder.stat().st_mode & _MODE_OF_OTHERS)


def _is_ours(name: str) -> bool:
    for ending in _DATABASE_SIDE_FILE_ENDINGS:
        name = name.removesuffix(ending)
    return name in _FILES or name.endswith(_DATABASE_ENDINGS)


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
    # Another process may delete the file at the same time.
    with suppress(PermissionError, FileNotFoundError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _MODE_OF_OTHERS:
            path.chmod(mode & ~_MODE_OF_OTHERS)
