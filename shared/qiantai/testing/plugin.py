"""How every suite runs; whoever only hands tests out to workers does without the fixtures and what they import."""

from __future__ import annotations

import signal
import threading

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

_LONG = ("_openapi.py", "_invariants.py")


def pytest_configure(config: pytest.Config) -> None:
    """Let SIGTERM end the run as Ctrl-C does: fixtures stop their servers and take their files away."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    hands_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not hands_out:
        config.pluginmanager.import_plugin("qiantai.testing.fixtures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that the workers end together."""
    items.sort(key=lambda item: not item.path.name.endswith(_LONG))
