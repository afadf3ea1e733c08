"""Building the console beside the start of the servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_BUILD = _ROOT / "deploy" / "setup" / "console.sh"
_SOURCES = _ROOT / "services" / "device-gateway" / "console"


class Building:
    """A build that runs; none where the sources are not here, for an image brings what was built."""

    def __init__(self) -> None:
        self._process = None
        if _BUILD.is_file() and (_SOURCES / "package.json").is_file():
            self._process = subprocess.Popen(  # noqa: S603 - our own script
                ["/bin/bash", str(_BUILD), sys.prefix],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def wait(self, stop: threading.Event) -> None:
        """Wait until it is done; what it could not do it has said itself."""
        while self._process is not None and self._process.poll() is None and not stop.wait(0.1):
            pass

    def end(self) -> None:
        """End it, and what it has started, where it still runs."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
