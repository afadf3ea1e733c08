"""A run's folder belongs to one at a time: whoever starts its database or writes its secrets."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.errors import CannotGoOn

_LOCK = "run.lock"


class FolderTaken(CannotGoOn):
    """Another run or command holds the folder."""


@contextmanager
def held(folder: Path, who: str) -> Iterator[None]:
    """Hold a folder, as `who`, until the end of the block or of this process. Raises FolderTaken, CannotGoOn.

    The file stays when it is let go: whoever waits for it and whoever makes it anew must see the same one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.fdopen(os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
    except OSError as error:
        raise CannotGoOn(f"{folder} cannot be used: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = lock.read().strip() or "somebody who just starts"
            raise FolderTaken(f"{folder} is in use by {holder}: stop that one first, or name another VAR=") from error
        lock.truncate(0)
        lock.write(f"{who}, pid {os.getpid()}\n")
        lock.flush()
        yield
