"""Servers of the benchmarks: durable, unlike those of the tests; and the processor time of whole process trees."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qiantai.servers.postgres import PrivatePostgres

_PARENT, _USER, _SYSTEM = 1, 11, 12
"""Places in /proc/PID/stat after the command's name."""


@contextmanager
def postgres(folder: Path) -> Iterator[PrivatePostgres]:
    """Give a running PostgreSQL that is stopped however the benchmark ends."""
    server = PrivatePostgres(folder)
    try:
        yield server.start()
    finally:
        server.stop()


def processor_seconds(root: int) -> float:
    """Return what a process and all below it have used until now."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has just ended
            continue
        found[int(path.parent.name)] = (int(fields[_PARENT]), int(fields[_USER]) + int(fields[_SYSTEM]))
    tree, used = [root], 0
    while tree:
        one = tree.pop()
        used += found.get(one, (0, 0))[1]
        tree += [child for child, (parent, _) in found.items() if parent == one]
    return used / os.sysconf("SC_CLK_TCK")
