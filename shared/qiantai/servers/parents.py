"""Processes that do not outlive the one that started them, however it ends."""

from __future__ import annotations

import ctypes
import signal
from collections.abc import Callable
from functools import partial

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def ends_with_parent(by: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn`: the system sends the new process this signal when its parent is gone."""
    return partial(_libc.prctl, _PR_SET_PDEATHSIG, by)
