"""Several processes whose desks register arrivals at one branch and let consultations end.

Run as `python many_desks.py DATABASE BRANCH CUSTOMERS …`: one process for each file CUSTOMERS, with one
customer id a line, forked from one that has imported everything. By turns a process has one desk, which goes
alone as a scan does, and some, which go under the branch's lock together.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa
from qiantai import clock
from qiantai.actors import Actor
from qiantai.servers.parents import ends_with_parent
from qiantai.storage.engine import engine_for, is_passing
from qiantai.storage.together import Together
from qiantai.storage.unit_of_work import transaction
from qiantai.uow import Context
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.finish_visit import FinishVisit, finish_visit
from triage.usecases.model import Said
from triage.usecases.register_visit import RegisterVisit, register_visit
from triage.usecases.start_visit import start_visit

_BUSY_AT_MOST = 12
_DESKS = (1, 3)
"""Of a process. Somebody is always free, also with those who just arrive: no round comes back to its beginning."""
_SUPERVISOR = Actor(id="s", name="s", roles=frozenset({"supervisor"}), branches=frozenset({"*"}))


def main(database: str, branch: str, customers: Path, desks: int) -> None:
    """Receive every customer of the file."""
    engine = engine_for(database, pool=desks)
    together = Together(engine, TriageUnitOfWork) if desks > 1 else None
    chance = random.Random(customers.name)

    def receive(customer: str) -> None:
        _again(engine, lambda uow: _receive(uow, branch, customer), together)
        _again(engine, lambda uow: _end_somebody(uow, branch, chance))

    with ThreadPoolExecutor(desks) as threads:
        list(threads.map(receive, customers.read_text().split()))
    engine.dispose()


def _again(
    engine: sa.Engine, work: Callable[[TriageUnitOfWork], None], together: Together[TriageUnitOfWork] | None = None
) -> None:
    while True:
        context = Context(actor=_SUPERVISOR, now=clock.now())
        if together is not None and together.do(context, work, place="branch") is not None:
            return
        try:
            with transaction(engine, TriageUnitOfWork, context) as uow:
                work(uow)
        except sa.exc.DBAPIError as error:
            if not is_passing(error):
                raise
        else:
            return


def _receive(uow: TriageUnitOfWork, branch: str, customer: str) -> None:
    register_visit(RegisterVisit(branch=branch, customer=customer, said=Said(projects=("filler",))), uow)


def _end_somebody(uow: TriageUnitOfWork, branch: str, chance: random.Random) -> None:
    live = uow.days.lock(branch, uow.days.today(branch, uow.now))
    engaged = [visit for visit in live.day.active.values() if visit.engages is not None]
    if len(engaged) <= _BUSY_AT_MOST:
        return
    visit = chance.choice(engaged).id
    if str(live.day.visit(visit).stage) == "waiting":
        start_visit(visit, uow)
    finish_visit(FinishVisit(visit=visit, outcome="deal", note="agreed"), uow)


def _fork(database: str, branch: str, customers: Path, desks: int) -> int:
    process = os.fork()
    if process:
        return process
    ends_with_parent(signal.SIGKILL)()
    status = 1
    try:
        main(database, branch, customers, desks)
        status = 0
    except BaseException:  # noqa: BLE001 - the test reads it
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    everybody = [
        _fork(sys.argv[1], sys.argv[2], Path(file), _DESKS[number % len(_DESKS)])
        for number, file in enumerate(sys.argv[3:])
    ]
    sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != 0 for process in everybody))
