"""Child processes that cannot outlive their parent, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def dies_with_parent(how: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn` after which the kernel sends `how` to the child when its parent ends, even by `kill -9`.

    Call it in the parent, right before the start; the library is loaded here because a forked child should not.
    The kernel watches the thread that started the child, so start children from the main thread.
    """
    if sys.platform != "linux":
        return lambda: None
    library = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def in_child() -> None:
        library.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # it ended between fork and prctl
            os._exit(1)

    return in_child


def end_with_parent() -> None:
    """Ask the kernel to end this very process (SIGTERM) when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
