"""A process that is told to stop."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

_PROCESS = """
import time
from qiantai.stopping import stop_when_told

stop = stop_when_told()
print("begun", flush=True)
end = time.monotonic() + 1.5
while time.monotonic() < end:
    stop.wait(0.0001)
stop.wait(10)
print("stopped" if stop.is_set() else "not told")
"""


def test_told_again_and_again_a_process_stops() -> None:
    """Whatever its main thread does when a signal comes: waits, or is told of another."""
    with subprocess.Popen([sys.executable, "-c", _PROCESS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        deadline = time.monotonic() + 30
        while process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGINT)
            if time.monotonic() > deadline:
                process.kill()
                raise AssertionError("it hangs")
        assert process.stdout.read() == "stopped\n"
