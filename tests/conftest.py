"""Whole systems for flows and browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from embedded.system import System


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., System]]:
    """Make systems that are stopped afterwards."""
    made: list[System] = []

    def make(**environment: str) -> System:
        made.append(System(tmp_path_factory.mktemp("var"), environment=environment))
        return made[-1]

    yield make
    for system in made:
        system.stop()
