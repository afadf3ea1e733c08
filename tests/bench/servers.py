"""Servers of the benchmarks: durable, unlike those of the tests; and the processor time of whole process trees."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
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
    fields = _fields()
    return sum(used for _, used in (fields[one] for one in _tree(root, fields))) / os.sysconf("SC_CLK_TCK")


def megabytes(root: int) -> float:
    """Return the memory that a process and all below it have for themselves, what they share in parts."""
    return sum(_proportional(one) for one in _tree(root, _fields())) / 1024


def below(root: int, word: str) -> int:
    """Return the process below `root` that was started first with a word in its command. Raises LookupError."""
    for one in sorted(_tree(root, _fields())):
        if one != root and word in Path(f"/proc/{one}/cmdline").read_text():
            return one
    raise LookupError(word)


def _fields() -> dict[int, tuple[int, int]]:
    """Return parent and used time of every process."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has just ended
            continue
        found[int(path.parent.name)] = (int(fields[_PARENT]), int(fields[_USER]) + int(fields[_SYSTEM]))
    return found


def _tree(root: int, fields: Mapping[int, tuple[int, int]]) -> list[int]:
    tree = [root] if root in fields else []
    for one in tree:
        tree += [child for child, (parent, _) in fields.items() if parent == one]
    return tree


def _proportional(process: int) -> int:
    """Return kilobytes."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
