"""The process tree of a run: children die with their parent and are started again when they end by themselves."""

from __future__ import annotations

import errno
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qiantai.logs import log
from qiantai.private_files import UMASK, make_private
from qiantai.servers.parents import ends_with_parent

from embedded.errors import CannotGoOn

_STOP_SECONDS = 20.0
_METRICS_PORT = "QIANTAI_METRICS_PORT"
_LAST_PORT = 65_535
_LAST_FIRST_PORT = _LAST_PORT - 100
"""So many processes at most count up from the first port."""
_PORT_SECONDS = 3.0
"""So long the processes of a run that was killed may still hold the port."""


class NoPort(CannotGoOn):
    """A port cannot be had."""


def run_once(name: str, *arguments: str, environment: dict[str, str]) -> None:
    """Run a service's own command and wait for its end."""
    subprocess.run(  # noqa: S603 - our own modules
        [str(Path(sys.executable).parent / name), *arguments],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@dataclass
class Child:
    """One process of the tree."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0


@dataclass
class Tree:
    """The children of a run; their output goes to files below `logs`; what they write is private."""

    logs: Path
    children: list[Child] = field(default_factory=list)

    def start(self, name: str, module_arguments: list[str], environment: dict[str, str]) -> None:
        """Start `python -m …` as a child."""
        self.start_command(name, [sys.executable, "-m", *module_arguments], environment)

    def start_command(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        """Start a command as a child."""
        child = Child(name, arguments, _with_own_port(environment, len(self.children)))
        self.children.append(child)
        self._spawn(child)

    def watch(self) -> None:
        """Start again whatever ended by itself; call it often."""
        for child in self.children:
            ended = child.process is None or child.process.poll() is not None
            if ended and time.monotonic() - child.started_at > 1.0:
                log.error("process_ended", process=child.name, status=child.process and child.process.returncode)
                self._spawn(child)

    def stop(self) -> None:
        """End all children, last started first."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for child in reversed(self.children):
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("process_killed", process=child.name)
                child.process.kill()
                child.process.wait()
        self.children.clear()

    def _spawn(self, child: Child) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        child.started_at = time.monotonic()
        with make_private(self.logs / f"{child.name}.log").open("ab") as output:
            child.process = subprocess.Popen(  # noqa: S603 - our own modules
                child.arguments,
                env=child.environment,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                umask=UMASK,
                preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - prctl only
            )


def refuse_bad_port(environment: Mapping[str, str]) -> None:
    """Say at once what every process would end with. Raises NoPort."""
    port = environment.get(_METRICS_PORT, "")
    if port and not (port.isdecimal() and int(port) <= _LAST_FIRST_PORT):
        raise NoPort(f"{_METRICS_PORT}={port} is no port: this one and those after it are taken, up to {_LAST_PORT}")


def refuse_taken_port(port: int) -> None:
    """Say at once that somebody else answers there: servers that share ports would not notice. Raises NoPort."""
    deadline = time.monotonic() + _PORT_SECONDS
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have ended are no hindrance
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    raise NoPort(f"port {port} cannot be had ({error.strerror}): name another with PORT=") from error
                time.sleep(0.1)
            else:
                return


def _with_own_port(environment: dict[str, str], place: int) -> dict[str, str]:
    """Return the environment with the metrics port counted up: two processes cannot share one."""
    port = environment.get(_METRICS_PORT)
    return {**environment, _METRICS_PORT: str(int(port) + place)} if port else environment
