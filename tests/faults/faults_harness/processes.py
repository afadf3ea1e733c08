"""Processes of the example services, forked from one that has imported everything: a start takes no time."""

from __future__ import annotations

import dataclasses
import faulthandler
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

from qiantai.servers.parents import ends_with_parent

RETRIES = (0.2, 0.4)
_SHORT = {
    "QIANTAI_RETRY_SECONDS": ",".join(map(str, RETRIES)),
    "QIANTAI_LONGEST_PAUSE": "1",
    "QIANTAI_HEARTBEAT": "3",
    "QIANTAI_ANSWER_SECONDS": "2",
    "QIANTAI_JWKS": "none",
    "QIANTAI_POOL": "3",
    "QIANTAI_LOG_LEVEL": "INFO",
}


@cache
def context() -> ForkServerContext:
    """Return the context whose processes start from the prepared one, with short pauses and delays."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["faults_harness.preloaded"])
    before = dict(os.environ)
    paths = (str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH"))
    os.environ.update(_SHORT, PYTHONPATH=os.pathsep.join(filter(None, paths)))
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)
    return made


def run(target: Callable[..., None], arguments: tuple[object, ...], environment: dict[str, str], log: str) -> None:
    """Run in the new process: environment, log, then the work."""
    ends_with_parent(signal.SIGKILL)()
    os.environ.update(environment)
    with Path(log).open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    faulthandler.register(signal.SIGUSR1)
    target(*arguments)
    sys.stderr.flush()


def work(name: str) -> None:
    """Run the worker of one service until SIGTERM."""
    from qiantai.settings import settings_of  # noqa: PLC0415 - pauses are read on import
    from qiantai.testing.example import LISTENER, TELLER, listener, teller  # noqa: PLC0415
    from qiantai.worker import run_worker  # noqa: PLC0415

    if os.environ.get("FAULTS_MAX_LENGTH"):
        from qiantai import worker  # noqa: PLC0415

        made = worker.topology_of
        worker.topology_of = lambda service, settings: dataclasses.replace(
            made(service, settings), max_length=int(os.environ["FAULTS_MAX_LENGTH"])
        )
    if os.environ.get("FAULTS_UNRULY"):
        from faults_harness import unruly  # noqa: PLC0415

        unruly.begin()
    run_worker({TELLER: teller, LISTENER: listener}[name](), settings_of(name))


def write(count: int, things: int) -> None:
    """Commit facts as fast as it goes."""
    from qiantai.settings import settings_of  # noqa: PLC0415
    from qiantai.storage.engine import engine_for  # noqa: PLC0415
    from qiantai.testing.example import TELLER, tell  # noqa: PLC0415

    engine = engine_for(settings_of(TELLER).database_url, pool=1)
    for place in range(count):
        tell(engine, f"t{place % things}")
