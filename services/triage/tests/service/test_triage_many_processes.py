"""Any number of replicas give exactly what one would: eight processes, two thousand arrivals, one branch."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psycopg
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts.triage import VisitAssigned
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.service import ServiceUnderTest
from qiantai.uow import Context
from triage.bootstrap import service
from triage.domain.ledger.chain import verify
from triage.domain.ledger.codec import decode_event, encode_decision
from triage.domain.rotation.advance import advance
from triage.domain.rotation.beginning import begin
from triage.domain.words import Basis
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.duty import schedule_consultant
from triage.usecases.model import RosterPlace

BRANCH, PROCESSES, ARRIVALS, PEOPLE = "sh-01", 8, 2000, 30


def test_eight_processes_decide_as_one_would(under_test: Callable[[Service], ServiceUnderTest], tmp_path: Path) -> None:
    triage = under_test(service())
    customers = _prepare(triage)
    _run_desks(triage.settings.database_url, customers, tmp_path)

    context = Context(actor=service_actor("triage"), now=clock.now())
    with transaction(triage.engine, TriageUnitOfWork, context) as uow:
        found = uow.days.entries(BRANCH, uow.days.today(BRANCH, uow.now))
        assert found is not None
    beginning, entries, head = found
    assert verify(beginning, entries, head) == [], "the chain is whole and follows from the rules"

    day = begin(beginning)
    counted: Counter[str] = Counter()
    turns: Counter[str | None] = Counter()
    redeemed: Counter[object] = Counter()
    granted: Counter[object] = Counter()
    for entry in entries:
        pointer = day.lanes["first_visit"].pointer
        day, decisions = advance(day, decode_event(entry.event))
        assert tuple(encode_decision(one) for one in decisions) == tuple(entry.decisions)
        for one in decisions:
            if one.basis is Basis.TURN and one.pointer is not None:
                turns[pointer] += 1
                assert day.lanes["first_visit"].pointer != pointer, "a turn is taken once"
            if one.counted and one.counted_for is not None:
                counted[one.counted_for] += 1
            granted.update(one.granted)
            redeemed.update([one.redeemed] if one.redeemed else [])
    assert not redeemed - granted, "no credit is redeemed twice"

    rows = triage.rows('SELECT customer::text, "to", entry FROM visit')
    assert Counter(customer for customer, _, _ in rows) == Counter(customers), "every arrival is one visit"
    assert all(to for _, to, _ in rows), "and each went to somebody"
    assert len(day.visits) == ARRIVALS
    assert sum(day.counts.values()) == sum(counted.values())
    assert {c: n for c, n in day.counts.items() if n} == dict(counted)
    told = Counter(event.visit for event in triage.told(VisitAssigned) if event.basis != "void")
    assert set(told) == set(day.visits), "every assignment was told"
    recorded = {row[0]: row[1] for row in triage.rows('SELECT id::text, "to" FROM visit')}
    assert recorded == {id_: visit.to for id_, visit in day.visits.items()}


def _prepare(triage: ServiceUnderTest) -> list[str]:
    customers = [new_id() for _ in range(ARRIVALS)]
    with psycopg.connect(triage.settings.database_url) as connection:
        connection.execute(
            "INSERT INTO known_branch (code, timezone, active, version) VALUES (%s, 'Asia/Shanghai', true, 1)",
            (BRANCH,),
        )
        connection.execute(
            "INSERT INTO known_project VALUES ('filler', '注射', 'filler', false, 'injection', 'minimal', 0, true, 1)"
        )
        connection.execute("INSERT INTO customer (id, name, version) SELECT unnest(%s::uuid[]), 'c', 1", (customers,))
    context = Context(actor=service_actor("triage"), now=clock.now())
    with transaction(triage.engine, TriageUnitOfWork, context) as uow:
        for place in range(PEOPLE):
            schedule_consultant(
                RosterPlace(branch=BRANCH, staff=f"c{place}", name=f"c{place}", shift="day", place=place), uow
            )
    return customers


def _run_desks(database: str, customers: list[str], folder: Path) -> None:
    files = [folder / f"desk-{number}" for number in range(PROCESSES)]
    for number, file in enumerate(files):
        file.write_text("\n".join(customers[number::PROCESSES]))
    command = [sys.executable, str(Path(__file__).with_name("many_desks.py")), database, BRANCH, *map(str, files)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
