"""Arrivals, turns and consultations over HTTP and from the bus, on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from neighbours import BRANCH, fill_roster, tell_customer, tell_projects
from qiantai.contracts.appointment import AppointmentBooked, AppointmentCancelled
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.contracts.triage import (
    ConsultationFinished,
    OwnerChanged,
    SupervisorNeeded,
    VisitAssigned,
    VisitRegistered,
    VisitVoided,
)
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE, Verdict
from qiantai.service import Service
from qiantai.storage.statements import Statements
from qiantai.testing.branches import tell_branch
from qiantai.testing.databases import Databases
from qiantai.testing.service import ServiceUnderTest
from triage.bootstrap import service
from triage.script.replay import replay
from triage.storage import days
from triage.storage.days import SqlDays


class Clinic:
    """A branch with three consultants and two projects."""

    def __init__(self, under: ServiceUnderTest) -> None:
        self.under = under
        self.desk = under.as_("receptionist", branches=[BRANCH])
        self.consultant = under.as_("consultant", branches=[BRANCH], id_="a")
        self.supervisor = under.as_("supervisor", branches=[BRANCH])
        tell_projects(under, "breast", "filler", project_class="surgery_1", department="plastic")
        fill_roster(self.supervisor, "a", "b", "c")

    def customer(self, **more: object) -> str:
        return tell_customer(self.under, **more)

    def arrive(self, customer: str | None = None, **more: object) -> dict:
        body = {"branch": BRANCH, "customer": customer or self.customer(), "projects": ["filler"], **more}
        answer = self.desk.post("/api/triage/visits", body)
        assert answer.status_code == 201, answer.json
        return answer.json

    def scan(self, customer: str) -> ArrivalScanned:
        now = datetime.now(UTC)
        return ArrivalScanned(
            branch=BRANCH,
            scan=new_id(),
            device="d",
            desk="1",
            code="D1",
            kind="design",
            customer=customer,
            appointment=None,
            device_time=now,
            gateway_time=now,
        )

    def appointment(self, customer: str) -> AppointmentBooked:
        now = datetime.now(UTC)
        return AppointmentBooked(
            branch=BRANCH,
            appointment=new_id(),
            number="A1",
            customer=customer,
            kind="consultation",
            starts_at=now,
            ends_at=now + timedelta(hours=1),
            latest_arrival=now,
            projects=("filler",),
            online_consultant="net",
        )


@pytest.fixture
def clinic(under_test: Callable[[Service], ServiceUnderTest]) -> Iterator[Clinic]:
    return Clinic(under_test(service()))


def test_a_closed_or_unknown_branch_takes_no_visit(clinic: Clinic) -> None:
    tell_branch(clinic.under, "old-01", active=False)
    office = clinic.under.as_("head_office")
    for branch in ("old-01", "sh-1", "SH-01"):
        body = {"branch": branch, "customer": clinic.customer(), "projects": ["filler"]}
        for path in ("/api/triage/visits", "/api/triage/visits/proposal"):
            refused = office.post(path, body)
            assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "branch"), branch
    assert clinic.under.rows("SELECT count(*) FROM visit") == [(0,)]


def test_turns_go_round_and_explain_themselves(clinic: Clinic) -> None:
    visits = [clinic.arrive() for _ in range(3)]
    assert [visit["to"] for visit in visits] == ["a", "b", "c"]
    assert visits[0]["basis"] == "turn"
    assert "T15" in visits[0]["rules"]
    assert "顾问a" in visits[0]["why_zh"]
    fourth = clinic.arrive()  # everybody is engaged: the supervisor is asked at once (T21)
    assert fourth["to"] == "supervisor"
    assert [event.visit for event in clinic.under.told(SupervisorNeeded)] == [fourth["id"]]
    told = clinic.under.told(VisitAssigned)
    waits = [None if one.promised_at is None else one.promised_at - one.decided_at for one in told]
    assert waits == [timedelta(minutes=10)] * 3 + [None], "what the waiting limit promises (T22)"
    table = clinic.desk.get(f"/api/triage/rotation?branch={BRANCH}").json
    assert {one["consultant"]: one["first_visits"] for one in table["consultants"]} == {"a": 1, "b": 1, "c": 1}


def test_a_scan_with_an_appointment_is_registered_and_assigned(clinic: Clinic) -> None:
    customer = clinic.customer()
    clinic.under.deliver(clinic.appointment(customer))
    assert clinic.under.deliver(clinic.scan(customer)) == DONE
    [registered] = clinic.under.told(VisitRegistered)
    [assigned] = clinic.under.told(VisitAssigned)
    assert (registered.projects, registered.visit_class) == (("filler",), "first_visit")
    assert (assigned.to, assigned.scan) == ("a", registered.scan)
    assert clinic.under.deliver(clinic.scan(customer)) == DONE
    assert len(clinic.under.told(VisitAssigned)) == 1


def test_a_scan_of_a_customer_not_yet_known_comes_again_later(clinic: Clinic) -> None:
    outcome = clinic.under.deliver(clinic.scan(new_id()))
    assert outcome.verdict is Verdict.RETRY
    assert clinic.under.told(VisitRegistered) == []


def test_a_cancelled_appointment_counts_for_nothing_in_any_order(clinic: Clinic) -> None:
    customer = clinic.customer()
    booked = clinic.appointment(customer)
    cancelled = AppointmentCancelled(branch=BRANCH, appointment=booked.appointment, customer=customer, reason="x")
    clinic.under.deliver(cancelled, version=2)
    clinic.under.deliver(booked, version=1)
    clinic.under.deliver(clinic.scan(customer))
    [registered] = clinic.under.told(VisitRegistered)
    assert registered.missing == ("projects",)


def test_missing_projects_are_asked_and_then_the_visit_is_assigned(clinic: Clinic) -> None:
    visit = clinic.arrive(projects=[])
    assert (visit["missing"], visit["to"]) == (["projects"], None)
    path = f"/api/triage/visits/{visit['id']}"
    assert clinic.consultant.post(f"{path}/start").status_code == 409
    done = clinic.desk.post(f"{path}/triage", {"projects": ["breast"]})
    assert done.status_code == 200, done.json
    assert done.json["to"] == "a"


def test_the_first_consultant_owns_the_customer_and_receives_again(clinic: Clinic) -> None:
    customer = clinic.customer()
    first = clinic.arrive(customer)
    path = f"/api/triage/visits/{first['id']}"
    assert clinic.consultant.post(f"{path}/start").status_code == 200
    assert clinic.consultant.post(f"{path}/finish", {"outcome": "no_deal"}).status_code == 422
    finished = clinic.consultant.post(f"{path}/finish", {"outcome": "no_deal", "reason": "price"})
    assert finished.json["stage"] == "finished"
    assert [event.owner for event in clinic.under.told(OwnerChanged)] == ["a"]
    [told] = clinic.under.told(ConsultationFinished)
    assert (told.outcome, told.owner) == ("no_deal", "a")
    assert clinic.consultant.post(f"{path}/stage", {"stage": "leaving"}).status_code == 200
    again = clinic.arrive(customer, projects=[])
    assert (again["visit_class"], again["to"], again["basis"]) == ("return_visit", "a", "owner")


def test_a_void_gives_the_turn_back_as_a_credit(clinic: Clinic) -> None:
    visit = clinic.arrive()
    path = f"/api/triage/visits/{visit['id']}"
    assert clinic.desk.post(f"{path}/void", {}).status_code == 422
    assert clinic.desk.post(f"{path}/void", {"reason": "wrong"}).json["stage"] == "void"
    assert [event.released for event in clinic.under.told(VisitVoided)] == ["a"]
    again = clinic.desk.post(f"{path}/retriage")
    assert again.json["to"] == "b"  # a is left out of this visit (T24)
    assert clinic.arrive()["basis"] == "credit"


def test_a_finished_consultation_cannot_be_voided(clinic: Clinic) -> None:
    path = f"/api/triage/visits/{clinic.arrive()['id']}"
    clinic.consultant.post(f"{path}/start")
    clinic.consultant.post(f"{path}/finish", {"outcome": "deal"})
    refused = clinic.desk.post(f"{path}/void", {"reason": "x"})
    assert refused.status_code == 409
    assert refused.json["type"].endswith("finished-consultation")


def test_bad_input_is_named_and_changes_nothing(clinic: Clinic) -> None:
    customer = clinic.customer()
    body = {"branch": BRANCH, "customer": customer, "projects": ["nose"]}
    assert clinic.desk.post("/api/triage/visits", body).status_code == 422
    body = {"branch": BRANCH, "customer": customer, "projects": ["filler"], "visit_class": "other"}
    unexplained = clinic.desk.post("/api/triage/visits", body)
    assert unexplained.status_code == 422
    assert clinic.desk.post("/api/triage/visits", {**body, "branch": "hz-01"}).status_code == 403
    assert clinic.under.rows("SELECT count(*) FROM visit") == [(0,)]
    assert clinic.under.rows("SELECT count(*) FROM ledger_entry") == [(0,)]
    assert clinic.under.told(VisitRegistered) == []


def test_another_branch_sees_no_visit(clinic: Clinic) -> None:
    visit = clinic.arrive()
    other = clinic.under.as_("receptionist", branches=["hz-01"])
    assert other.get(f"/api/triage/visits/{visit['id']}").status_code == 404
    assert other.post(f"/api/triage/visits/{visit['id']}/void", {"reason": "x"}).status_code == 404
    assert other.get(f"/api/triage/visits?branch={BRANCH}").status_code == 403


def test_many_desks_never_take_one_turn_twice(clinic: Clinic) -> None:
    for staff in "defghijkl":
        clinic.supervisor.put(f"/api/triage/roster/{BRANCH}/{staff}", {"name": staff, "place": ord(staff)})
    customers = [clinic.customer() for _ in range(12)]
    with ThreadPoolExecutor(8) as desks:
        visits = list(desks.map(clinic.arrive, customers))
    assert sorted(visit["to"] for visit in visits) == sorted("abcdefghijkl")
    checked = clinic.desk.get(f"/api/triage/ledger/verification?branch={BRANCH}").json
    assert checked == {"whole": True, "faults": []}


def test_the_same_customer_at_two_desks_is_one_visit(clinic: Clinic) -> None:
    customer = clinic.customer()
    body = {"branch": BRANCH, "customer": customer, "projects": ["filler"]}
    with ThreadPoolExecutor(6) as desks:
        answers = list(desks.map(lambda _: clinic.desk.post("/api/triage/visits", body), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert len(clinic.under.told(VisitAssigned)) == 1


def test_the_proposal_says_why_and_changes_nothing(clinic: Clinic) -> None:
    body = {"branch": BRANCH, "customer": clinic.customer(), "projects": ["filler"]}
    before = clinic.under.rows("SELECT count(*) FROM ledger_entry")
    proposed = clinic.desk.post("/api/triage/visits/proposal", body)
    assert proposed.status_code == 200, proposed.json
    assert (proposed.json["to"], proposed.json["visit_class"]) == ("a", "first_visit")
    assert "顾问a" in proposed.json["why"]["zh"]
    assert clinic.under.rows("SELECT count(*) FROM ledger_entry") == before


def test_the_exported_day_replays_to_the_same_decisions(clinic: Clinic) -> None:
    visits = [clinic.arrive() for _ in range(3)]
    clinic.desk.post(f"/api/triage/visits/{visits[1]['id']}/void", {"reason": "x"})
    script = clinic.desk.get(f"/api/triage/ledger/script?branch={BRANCH}").json
    lines = [line for line in replay(script) if "visit" in line]
    assert [(line["visit"], line["to"]) for line in lines] == [
        (visits[0]["id"], "a"),
        (visits[1]["id"], "b"),
        (visits[2]["id"], "c"),
        (visits[1]["id"], None),
    ]


def test_a_state_is_that_of_its_head_also_when_the_ledger_has_grown_since(clinic: Clinic) -> None:
    """Reading the head and then the entries without a lock must not mix an old head with newer entries."""
    clinic.arrive()
    with clinic.under.engine.begin() as connection:
        head = connection.exec_driver_sql("SELECT seq, hash, day FROM branch_day").one()
        clinic.arrive()
        days.cache.clear()
        known = SqlDays(Statements(connection), actor="x", now=lambda: datetime.now(UTC))
        state = known._state(BRANCH, head.day, head)
    assert len(state.visits) == 1
    assert [visit["to"] for visit in (clinic.arrive(),)] == ["c"]
    assert clinic.desk.get(f"/api/triage/ledger/verification?branch={BRANCH}").json["whole"]


@pytest.mark.parametrize("table", ["ledger_entry", "audit"])
@pytest.mark.parametrize("change", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_written_stays(clinic: Clinic, table: str, change: str) -> None:
    clinic.arrive()
    with pytest.raises(psycopg.errors.RestrictViolation), psycopg.connect(clinic.under.settings.database_url) as role:
        role.execute(change.format(table).encode())


def test_an_altered_ledger_is_found(clinic: Clinic, databases: Databases) -> None:
    clinic.arrive()
    clinic.arrive()
    with psycopg.connect(databases.admin_of(clinic.under.settings.database_url)) as administrator:
        administrator.execute("ALTER TABLE triage.ledger_entry DISABLE TRIGGER ALL")
        administrator.execute(
            """UPDATE triage.ledger_entry SET decisions = jsonb_set(decisions, '{0,to}', '"c"')
               WHERE seq = (SELECT max(seq) FROM triage.ledger_entry)"""
        )
    checked = clinic.desk.get(f"/api/triage/ledger/verification?branch={BRANCH}").json
    assert not checked["whole"]
    assert {fault["fault"] for fault in checked["faults"]} == {"altered", "unruled"}
