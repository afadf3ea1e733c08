"""Whole systems for flows and browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from embedded.system import System


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder for a PostgreSQL, not below pytest's own: the next pytest to start closes that to other users."""
    with TemporaryDirectory(prefix="qiantai-folder-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def systems() -> Iterator[Callable[..., System]]:
    """Make systems that are stopped afterwards."""
    with ExitStack() as stack:

        def make(**environment: str) -> System:
            folder = stack.enter_context(TemporaryDirectory(prefix="qiantai-var-", ignore_cleanup_errors=True))
            system = System(Path(folder), environment=environment)
            stack.callback(system.stop)
            return system

        yield make
