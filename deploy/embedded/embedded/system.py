"""One whole system as a person starts it: `qiantai run` in a process of its own, for flows, browser and benchmarks."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from qiantai.servers.parents import ends_with_parent
from qiantai.servers.ports import free_port

READY_SECONDS = 180


class NotReady(RuntimeError):
    """The system did not say `ready`."""


@dataclass
class System:
    """One `qiantai run`."""

    folder: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait for its `ready` line."""
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "embedded.cli", "run", *self.arguments],
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - prctl only
        )
        ready = threading.Event()

        def read(process: subprocess.Popen[str]) -> None:
            for line in process.stdout or ():
                self.lines.append(line.rstrip())
                if line.startswith("ready "):
                    ready.set()
            ready.set()

        threading.Thread(target=read, args=(self.process,), daemon=True).start()
        if not ready.wait(READY_SECONDS) or not any(line.startswith("ready ") for line in self.lines):
            raise NotReady("\n".join(self.lines))

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `qiantai` beside it."""
        return subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "embedded.cli", *arguments],
            env=self._environment(),
            text=True,
            capture_output=True,
            timeout=240,
            check=False,
        )

    def kill(self) -> None:
        """Kill -9 of the one that holds everything together; its children end with it."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.process = None
            self._wait_until_free()

    def stop(self) -> int:
        """Ctrl-C."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(60)
        self.process = None
        return status

    def logs(self) -> str:
        """What the processes wrote last, for a failing test."""
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')[-3000:]}"
            for path in (self.folder / "logs").glob("*.log")
        )

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PORT": str(self.port), "VAR": str(self.folder), **self.environment}

    def _wait_until_free(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", self.port))
                except OSError:
                    time.sleep(0.1)
                else:
                    return
        raise NotReady("the children of a killed run did not end")
