"""The drain flag: a worker that shuts down asks the runs in its children to stop."""

from __future__ import annotations

import mmap

# One byte that the parent shares with the children that it forks.
_flag = mmap.mmap(-1, 1)


def drain() -> None:
    """Ask all runs of this worker to stop soon; another worker continues them."""
    _flag[0] = 1


def is_draining() -> bool:
    """Whether this worker is shutting down."""
    return _flag[0] == 1
