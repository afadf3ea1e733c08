"""One of several desk processes: registers arrivals at one branch and lets consultations end.

Run as `python many_desks.py DATABASE BRANCH CUSTOMERS`, with one customer id a line in the file CUSTOMERS.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import sqlalchemy as sa
from qiantai import clock
from qiantai.actors import Actor
from qiantai.storage.engine import engine_for, is_passing
from qiantai.storage.unit_of_work import transaction
from qiantai.uow import Context
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.act_on_visit import finish, start
from triage.usecases.register_visit import RegisterVisit, register_visit

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
    register_visit(RegisterVisit(branch=branch, customer=customer, projects=("filler",)), uow)


def _end_somebody(uow: TriageUnitOfWork, branch: str, chance: random.Random) -> None:
    live = uow.days.lock(branch, uow.days.today(branch, uow.now))
    engaged = [visit for visit in live.day.active.values() if visit.engages is not None]
    if len(engaged) <= _BUSY_AT_MOST:
        return
    visit = chance.choice(engaged).id
    if str(live.day.visit(visit).stage) == "waiting":
        start(visit, uow)
    finish(visit, outcome="deal", reason=None, note="agreed", uow=uow)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
