"""What a benchmark finds: printed as it comes, and kept in `var/bench/NAME.json` however the run ends."""

from __future__ import annotations

import json
import os
import signal
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self


class NotMeasured(Exception):
    """A part of a benchmark could not be measured; the message says why, and the run goes on."""


def folder() -> Path:
    """Where results go."""
    path = Path(os.environ.get("VAR", "var")) / "bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


class Report:
    """The figures of one benchmark and their ratios to floors of the same run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.figures: dict[str, float] = {}
        self.ratios: dict[str, float] = {}
        self.not_measured: dict[str, str] = {}
        self.state = "running"

    def __enter__(self) -> Self:
        print(f"\n{self.name}", flush=True)
        self._write()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Keep how it ended; a fault of one benchmark does not end the run, being stopped does."""
        if error is None:
            self.state = "complete" if not self.not_measured else "parts are missing"
        elif isinstance(error, Exception):
            traceback.print_exception(error)
            self.state = f"failed: {error!r}"
        else:
            self.state = "stopped"
        self._write()
        return isinstance(error, Exception)

    def figure(self, title: str, value: float) -> None:
        """Add a figure."""
        self.figures[title] = value
        self._say(title, f"{value:,.2f}")

    def ratio(self, title: str, value: float) -> None:
        """Add a ratio to a floor."""
        self.ratios[title] = value
        self._say(title, f"{value:.2f} ×")

    @contextmanager
    def part(self, title: str) -> Iterator[None]:
        """Go on without this part where it cannot be measured."""
        try:
            yield
        except NotMeasured as reason:
            self.not_measured[title] = str(reason)
            self._say(title, f"not measured: {reason}")

    def _say(self, title: str, value: str) -> None:
        print(f"  {title:<64}{value:>14}", flush=True)
        self._write()

    def _write(self) -> None:
        path = folder() / f"{self.name}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(vars(self), indent=1, ensure_ascii=False) + "\n")
        fresh.replace(path)


def end_on_signals() -> None:
    """Let SIGTERM and SIGINT end the run by way of every `finally`, undisturbed by a second one."""

    def end(number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
