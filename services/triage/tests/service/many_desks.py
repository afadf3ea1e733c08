"""Several desk processes that register arrivals at one branch and let consultations end.

Run as `python many_desks.py DATABASE BRANCH CUSTOMERS …`: one process for each file CUSTOMERS, with one
customer id a line, forked from one that has imported everything.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import traceback
from pathlib import Path

import sqlalchemy as sa
from qiantai import clock
from qiantai.actors import Actor
from qiantai.servers.parents import ends_with_parent
from qiantai.storage.engine import engine_for, is_passing
from qiantai.storage.unit_of_work import transaction
from qiantai.uow import Context
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.finish_visit import FinishVisit, finish_visit
from triage.usecases.model import Said
from triage.usecases.register_visit import RegisterVisit, register_visit
from triage.usecases.start_visit import start_visit

_BUSY_AT_MOST = 20
_SUPERVISOR = Actor(id="s", name="s", roles=frozenset({"supervisor"}), branches=frozenset({"*"}))


def main(database: str, branch: str, customers: Path) -> None:
    """Receive every customer of the file."""
    engine = engine_for(database, pool=1)
    chance = random.Random(customers.name)
    for customer in customers.read_text().split():
        _again(engine, lambda uow, customer=customer: _receive(uow, branch, customer))  # type: ignore[misc]
        _again(engine, lambda uow: _end_somebody(uow, branch, chance))
    engine.dispose()


def _again(engine: sa.Engine, work: object) -> None:
    while True:
        context = Context(actor=_SUPERVISOR, now=clock.now())
        try:
            with transaction(engine, TriageUnitOfWork, context) as uow:
                work(uow)  # type: ignore[operator]
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


def _fork(database: str, branch: str, customers: Path) -> int:
    process = os.fork()
    if process:
        return process
    ends_with_parent(signal.SIGKILL)()
    status = 1
    try:
        main(database, branch, customers)
        status = 0
    except BaseException:  # noqa: BLE001 - the test reads it
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    desks = [_fork(sys.argv[1], sys.argv[2], Path(file)) for file in sys.argv[3:]]
    sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(desk, 0)[1]) != 0 for desk in desks))
