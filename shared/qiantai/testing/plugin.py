"""How every suite runs; whoever only hands tests out to workers does without the fixtures and what they import."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "explore",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("qiantai", settings.get_profile("explore"), derandomize=True)
settings.load_profile("qiantai")
"""The same examples every time; `--hypothesis-profile=explore` looks for new ones."""

_LONG = ("_openapi.py", "_invariants.py", "_every_page.py", "_tasks.py", "_day.py")


class _Workers:
    """Of whoever only hands tests out: its workers hear at once that the run is stopped, and have time to tidy up."""

    def pytest_keyboard_interrupt(self) -> None:
        """Stop the workers, the only children of this process."""
        for children in Path("/proc/self/task").glob("*/children"):
            for pid in children.read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGTERM)


def pytest_configure(config: pytest.Config) -> None:
    """Let SIGTERM end the run as Ctrl-C does: fixtures stop their servers and take their files away."""
    worker = hasattr(config, "workerinput")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end_once if worker else signal.default_int_handler)
        if worker:
            signal.signal(signal.SIGINT, _end_once)
    if config.getoption("numprocesses", None) and not worker:
        config.pluginmanager.register(_Workers())
    else:
        config.pluginmanager.import_plugin("qiantai.testing.fixtures")


def _end_once(_number: int, _frame: object) -> None:
    """Interrupt; nothing interrupts the tidying up."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that the workers end together."""
    items.sort(key=lambda item: not item.path.name.endswith(_LONG))
