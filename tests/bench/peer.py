"""A peer of the event path: its worker is started, waited for, warmed up and measured."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.report import NotMeasured

_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a peer may take, in seconds; a warm-up without effect is sent again after `warm`."""

    to_come: float = 60.0
    warm: float = 5.0
    to_end: float = 120.0


_USUAL = Patience()


class Peer:
    """A script that is started with `work`, and run with `warm` or `send` to have it told something."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, patience: Patience = _USUAL
    ) -> None:
        self._command = command
        self._environment = environment
        self._log = log
        self._patience = patience
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        self._output = self._closing.enter_context(self._log.open("wb"))
        self._worker = subprocess.Popen(
            [*self._command, "work"], env=self._environment, stdout=self._output, stderr=self._output
        )
        self._closing.callback(self._end)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def warm_up(self, consumes: Callable[[], bool], warmed: Callable[[], bool]) -> None:
        """Wait until the worker has its queue and something that was sent had its effect. Raises NotMeasured."""
        deadline = time.monotonic() + self._patience.to_come
        self._wait(consumes, deadline, "its worker did not come")
        while not warmed():
            self._send("warm")
            self._wait(warmed, time.monotonic() + self._patience.warm)
            if time.monotonic() > deadline:
                raise NotMeasured(f"nothing that was sent had an effect; see {self._log}")

    def seconds(self, done: Callable[[], bool]) -> float:
        """Send everything and return the time until it is done. Raises NotMeasured."""
        began = time.perf_counter()
        self._send("send")
        self._wait(done, time.monotonic() + self._patience.to_end, "not everything had its effect")
        return time.perf_counter() - began

    def _wait(self, there: Callable[[], bool], deadline: float, otherwise: str | None = None) -> None:
        while not there():
            if self._worker.poll() is not None:
                raise NotMeasured(f"its worker ended with {self._worker.returncode}; see {self._log}")
            if time.monotonic() > deadline:
                if otherwise is None:
                    return
                raise NotMeasured(f"{otherwise}; see {self._log}")
            time.sleep(_LOOK_SECONDS)

    def _send(self, what: str) -> None:
        try:
            subprocess.run(
                [*self._command, what],
                env=self._environment,
                check=True,
                stdout=self._output,
                stderr=self._output,
                timeout=self._patience.to_end,
            )
        except subprocess.SubprocessError as error:
            raise NotMeasured(f"sending failed ({error}); see {self._log}") from error

    def _end(self) -> None:
        self._worker.terminate()
        try:
            self._worker.wait(10)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()
