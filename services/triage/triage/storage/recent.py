"""Small reads that hardly ever change, kept for some seconds: names for explanations, branches' zones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values by key, read again after `seconds`; a key names its database too."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: dict[K, tuple[float, V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, read: Callable[[], V]) -> V:
        """Return the value, read anew when it is old."""
        now = time.monotonic()
        with self._lock:
            found = self._kept.get(key)
        if found is not None and now - found[0] < self._seconds:
            return found[1]
        value = read()
        with self._lock:
            self._kept[key] = (now, value)
        return value

    def forget(self, key: K) -> None:
        """Read this one anew next time."""
        with self._lock:
            self._kept.pop(key, None)
