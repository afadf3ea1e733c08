"""One decision on a live branch needs at most four statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from neighbours import BRANCH, fill_roster, tell_customer, tell_projects
from qiantai import clock
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.testing.sent import sent_statements
from qiantai.testing.service import Desk, ServiceUnderTest
from triage.bootstrap import service
from triage.storage import days


@pytest.fixture
def triage(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    """A branch with three consultants whose day is running."""
    made = under_test(service())
    tell_projects(made, "filler")
    fill_roster(made.as_("branch_head"), "c1", "c2", "c3", shift="day")
    _arrive(made)
    return made


def _arrive(triage: ServiceUnderTest) -> None:
    body = {"branch": BRANCH, "customer": tell_customer(triage), "projects": ["filler"]}
    assert triage.as_("receptionist").post("/api/triage/visits", body).status_code == 201


def test_an_arrival_at_the_desk(triage: ServiceUnderTest) -> None:
    body = {"branch": BRANCH, "customer": tell_customer(triage), "projects": ["filler"]}
    desk = triage.as_("receptionist")
    with sent_statements() as sent:
        answer = desk.post("/api/triage/visits", body)
    assert answer.json["to"] == "c2"
    assert len(sent) <= 4, "\n".join(sent)


def test_an_arrival_after_another_replica_decided(triage: ServiceUnderTest) -> None:
    day = triage.rows("SELECT day, hash, seq FROM branch_day")[0]
    known = days.cache.newest((BRANCH, day[0]))
    _arrive(triage)
    days.cache.clear()
    assert known is not None
    days.cache.put((BRANCH, day[0]), *known)
    body = {"branch": BRANCH, "customer": tell_customer(triage), "projects": ["filler"]}
    with sent_statements() as sent:
        answer = triage.as_("receptionist").post("/api/triage/visits", body)
    assert answer.json["to"] == "c3"
    assert len(sent) <= 4, "\n".join(sent)


def test_a_scan(triage: ServiceUnderTest) -> None:
    """One more: the row of the inbox."""
    _scan(triage)  # the process has read the branch's zone and the names
    event = _read_of(tell_customer(triage))
    with sent_statements() as sent:
        triage.deliver(event)
    assert triage.rows("SELECT count(*) FROM visit") == [(3,)]
    assert len(sent) <= 5, "\n".join(sent)


def _scan(triage: ServiceUnderTest) -> None:
    triage.deliver(_read_of(tell_customer(triage)))


def _read_of(customer: str) -> ArrivalScanned:
    now = clock.now()
    return ArrivalScanned(
        branch=BRANCH,
        scan=new_id(),
        device="d",
        desk="desk-1",
        code="X",
        kind="design",
        customer=customer,
        appointment=None,
        device_time=now,
        gateway_time=now,
    )


def test_acts_on_a_visit(triage: ServiceUnderTest) -> None:
    """A glance, the day's lock, the visit's, and one write of everything, with the visit in it once."""
    desk, consultant = triage.as_("receptionist"), triage.as_("consultant", id_="c2")
    body = {"branch": BRANCH, "customer": tell_customer(triage), "projects": ["filler"]}
    path = f"/api/triage/visits/{desk.post('/api/triage/visits', body).json['id']}"
    acts: list[tuple[Desk, str, dict[str, str], int]] = [
        (desk, "void", {"reason": "x"}, 4),
        (desk, "retriage", {}, 4),
        (desk, "change", {"reason": "x"}, 6),  # another owner is read and written
        (desk, "referrer", {"referrer": tell_customer(triage)}, 5),  # who that is is read
        (triage.as_("supervisor"), "reassign", {"to": "c2", "reason": "x"}, 4),
        (consultant, "start", {}, 4),
        (consultant, "finish", {"outcome": "deal"}, 6),  # the customer's history is written
    ]
    for who, act, content, most in acts:
        with sent_statements() as sent:
            done = who.post(f"{path}/{act}", content)
        assert done.status_code == 200, done.json
        assert len(sent) <= most, f"{act}:\n" + "\n".join(sent)
        assert "\n".join(sent).count("UPDATE visit ") == 1, act
