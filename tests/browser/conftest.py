"""A running system and the desk's screen before it."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from browser_harness.watched import watched
from embedded.chain import SCANNERS
from embedded.system import System
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data of a stopped system that had loaded the demo chain; made once for all workers, copied for each file."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "seeded"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with TemporaryDirectory(prefix="qiantai-seeded-", ignore_cleanup_errors=True) as name:
                made = System(Path(name))
                try:
                    made.start()
                finally:
                    made.stop()
                # where the scanners are is of its own folder, and written anew
                shutil.copytree(made.folder, folder, ignore=shutil.ignore_patterns(SCANNERS))
    return folder


@pytest.fixture(scope="module")
def system(systems: Callable[..., System], seeded: Path) -> System:
    """One system with the demo chain for the tests of a file."""
    return _started(systems(), seeded)


@pytest.fixture(scope="session")
def shared_system(lasting_systems: Callable[..., System], seeded: Path) -> System:
    """One system with the demo chain for all files whose tests are not disturbed by what others have left behind."""
    return _started(lasting_systems(), seeded)


def _started(system: System, seeded: Path) -> System:
    shutil.copytree(seeded, system.folder, dirs_exist_ok=True)
    system.start()
    return system


@pytest.fixture
def page(browser: Browser, system: System) -> Iterator[Page]:
    """The desk's screen in Chinese."""
    with watched(browser, system.address) as one:
        yield one
