"""Places where tests make a process die, compiled in and asleep unless QIANTAI_FAILPOINTS names them.

`QIANTAI_FAILPOINTS="relay.after_publish=kill@3"` kills the process with -9 the third time.
Actions: kill, raise, freeze (stops until SIGCONT).
"""

from __future__ import annotations

import os
import signal
import threading
from functools import cache

_lock = threading.Lock()
_counts: dict[str, int] = {}


@cache
def _plan() -> dict[str, tuple[str, int]]:
    plan = {}
    for part in filter(None, os.environ.get("QIANTAI_FAILPOINTS", "").split(",")):
        name, _, action = part.partition("=")
        verb, _, turn = action.partition("@")
        plan[name] = (verb, int(turn or 1))
    return plan


class InjectedFault(Exception):
    """A fail point of this name was asked to raise."""


def hit(name: str) -> None:
    """Do what the environment asks at this point; nothing by default."""
    plan = _plan()
    if name not in plan:
        return
    verb, turn = plan[name]
    with _lock:
        _counts[name] = _counts.get(name, 0) + 1
        if _counts[name] != turn:
            return
    if verb == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif verb == "freeze":
        os.kill(os.getpid(), signal.SIGSTOP)
    else:
        raise InjectedFault(name)
