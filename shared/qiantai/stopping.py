"""Being told to stop by SIGTERM or SIGINT."""

from __future__ import annotations

import signal
import threading
from queue import SimpleQueue


def stop_when_told() -> threading.Event:
    """Return what is set once the process is told to stop, however often; call it in the main thread.

    A handler runs in the middle of whatever the main thread does, also of another handler: one that takes the
    event's lock waits for itself for ever. So it only puts a word into a queue that may be interrupted, and a
    thread sets the event.
    """
    stop = threading.Event()
    told: SimpleQueue[int] = SimpleQueue()

    def hear() -> None:
        told.get()
        stop.set()

    threading.Thread(target=hear, name="hears of signals", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.put(number))
    return stop
