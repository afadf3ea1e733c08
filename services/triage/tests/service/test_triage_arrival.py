"""What was said at the desk holds, whether a visit is assigned at once or its projects are asked for later."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from neighbours import tell_customer, tell_projects
from qiantai import clock
from qiantai.contracts.appointment import AppointmentBooked
from qiantai.contracts.billing import TreatmentItemPurchased
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.testing.branches import tell_staff
from qiantai.testing.service import ServiceUnderTest
from triage.bootstrap import service

AT_ONCE, LATER, ELSEWHERE = "sh-01", "sh-02", "hz-01"
STAFF = ("a", "b", "c", "d")
POLICY = {
    "named_request_outside_rotation": True,
    "sources": {"vip": ["c", "supervisor"]},
    "day_start": "top",
    "credit_carry_over": False,
}
"""Every day begins like the first one."""

a_consultant = st.sampled_from(STAFF)
some_consultants = st.lists(a_consultant, unique=True, max_size=2)
ANSWERS = {
    "primary": st.sampled_from(["breast", "filler"]),
    "referrer": st.just("referrer"),
    "stand_in": a_consultant,
    "online_consultant": st.sampled_from(["net-1", "net-2"]),
    "party": st.just("couple"),
    "source": st.sampled_from(["vip", "street"]),
    "requested": a_consultant,
    "treat_now": st.booleans(),
    "soon": some_consultants,
    "absent": some_consultants,
}
answers = st.fixed_dictionaries({}, optional=ANSWERS)
arrivals = st.fixed_dictionaries(
    {
        "said": answers,
        "late": st.sets(st.sampled_from(sorted(ANSWERS)), max_size=4),
        "projects": st.lists(st.sampled_from(["breast", "filler", "laser"]), unique=True, min_size=1, max_size=2),
        "visit_class": st.sampled_from([None, "first_visit", "other", "return_visit"]),
        "slip": st.sampled_from([None, ("consultation", ["breast"]), ("treatment", ["laser"]), ("treatment", [])]),
        "owner": st.sampled_from([None, "b"]),
        "out": st.sampled_from([None, *STAFF]),
        "busy": st.sampled_from([None, *STAFF]),
    }
)
USUAL: dict[str, Any] = {
    "said": {},
    "late": set(),
    "projects": ["filler"],
    "visit_class": None,
    "slip": None,
    "owner": None,
    "out": None,
    "busy": None,
}


class Twins:
    """Two branches alike in everything; a third one knows whose customers people are."""

    def __init__(self, under: ServiceUnderTest, hands: Any) -> None:
        self.under, self.hands = under, hands
        self.office = under.as_("head_office")
        self.desk = under.as_("receptionist")
        self.names: dict[str, str] = {}
        tell_projects(under, "breast", "laser", "filler", project_class="surgery_1", department="plastic")
        tell_projects(under, "filler", department="skin")
        for online in ("net-1", "net-2"):
            tell_staff(under, online, "online")
        for branch in (AT_ONCE, LATER, ELSEWHERE):
            for place, one in enumerate(STAFF, start=1):
                body = {"name": one, "place": place, "shift": "full", "scope": ["filler"] if one == "a" else None}
                assert self.office.put(f"/api/triage/roster/{branch}/{one}", body).status_code == 200
            written = {"fields": POLICY, "valid_from": "2026-11-23", "reason": "x"}
            done = self.office.post(f"/api/triage/policies/{branch}/versions", written, etag=0)
            assert done.status_code == 201, done.json

    def next_day(self) -> None:
        self.hands.minutes += 24 * 60
        self.names.clear()

    def at_once(self, *, visit_class: str | None, projects: list[str], **arrival: Any) -> dict[str, Any]:
        customer, said = self.people(AT_ONCE, **arrival)
        self.slip(AT_ONCE, customer, arrival["slip"])
        said = {"projects": projects, "visit_class": visit_class, "override_reason": "x", **said}
        return self.send("", branch=AT_ONCE, customer=customer, **said)

    def later(self, *, visit_class: str | None, projects: list[str], late: set[str], **arrival: Any) -> dict[str, Any]:
        """Let the projects be said later, and what is `late`; the class too where the owner would receive without any.

        A slip with projects is heard of in between: with it nothing would be missing.
        """
        customer, said = self.people(LATER, **arrival)
        in_between = bool(arrival["slip"] and arrival["slip"][1])
        if not in_between:
            self.slip(LATER, customer, arrival["slip"])
        early = {name: value for name, value in said.items() if name not in late}
        more = {name: value for name, value in said.items() if name in late}
        if visit_class == "return_visit":
            more |= {"visit_class": visit_class, "reason": "x"}
        else:
            early |= {"visit_class": visit_class, "override_reason": "x"}
        registered = self.send("", branch=LATER, customer=customer, **early)
        assert registered["missing"] == ["projects"]
        if in_between:
            self.slip(LATER, customer, arrival["slip"])
        return self.send(f"/{registered['id']}/triage", projects=projects, **more)

    def people(self, branch: str, *, said: dict[str, Any], owner: str | None, **_: Any) -> tuple[str, dict[str, Any]]:
        """Return a new customer, and what is said with the new referrer's id in it."""
        if "referrer" in said:
            said = {**said, "referrer": self.customer(branch, "referrer", "d")}
        return self.customer(branch, "customer", owner), said

    def status(self, consultant: str | None, status: str) -> None:
        for branch in (AT_ONCE, LATER) if consultant else ():
            body = {"branch": branch, "status": status}
            assert self.desk.post(f"/api/triage/consultants/{consultant}/status", body).status_code == 200

    def customer(self, branch: str, name: str, owner: str | None) -> str:
        id_ = self.named(tell_customer(self.under, home_branch=branch), name)
        if owner is not None:
            body = {"branch": ELSEWHERE, "to": owner, "reason": "x"}
            assert self.office.post(f"/api/triage/customers/{id_}/owner", body).status_code == 200
        return id_

    def slip(self, branch: str, customer: str, slip: tuple[str, list[str]] | None) -> None:
        if slip is None:
            return
        at = clock.now()
        booked = AppointmentBooked(
            branch=branch,
            appointment=new_id(),
            number="A1",
            customer=customer,
            kind=slip[0],
            projects=tuple(slip[1]),
            starts_at=at,
            ends_at=at + timedelta(hours=1),
            latest_arrival=at,
            online_consultant="net-3",
        )
        self.under.deliver(booked)
        paid = TreatmentItemPurchased(
            branch=branch, item=new_id(), customer=customer, charge=new_id(), product="p", project="laser", sessions=1
        )
        self.under.deliver(paid)

    def send(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.desk.post(f"/api/triage/visits{path}", body)
        assert answer.status_code in {200, 201}, answer.json
        visit: dict[str, Any] = answer.json
        self.named(visit["id"], "visit")
        return visit

    def named(self, id_: str, name: str) -> str:
        self.names[id_] = name
        return id_

    def ledger(self, branch: str) -> list[Any]:
        """Return what the ledger says of arrivals and owners, with names in the place of ids."""
        rows = self.under.rows(
            "SELECT event::text, decisions::text FROM ledger_entry WHERE branch = %s AND day = %s"
            " AND event->>'type' IN ('arrive', 'owner_known') ORDER BY seq",
            branch,
            clock.now().date(),
        )
        return [(self.plain(event), self.plain(decisions)) for event, decisions in rows]

    def plain(self, text: str) -> Any:
        for id_, name in self.names.items():
            text = text.replace(id_, name)
        return json.loads(text)

    def shown(self, visit: dict[str, Any]) -> dict[str, Any]:
        """Return what the desk sees of an assigned visit."""
        same = ("visit_class", "projects", "missing", "referrer", "stage", "to", "basis", "counted", "rules", "why_zh")
        return dict(self.plain(json.dumps({name: visit[name] for name in same})))


@pytest.fixture
def twins(under_test: Callable[[Service], ServiceUnderTest], hands: Any) -> Twins:
    """Two branches at the same hour of the same day."""
    return Twins(under_test(service()), hands)


def test_later_is_at_once(twins: Twins) -> None:
    """Whatever is said when a visit is registered holds when its projects are known only later."""

    @settings(max_examples=8)
    @given(arrivals)
    @example({**USUAL, "said": {"referrer": "referrer"}})
    @example({**USUAL, "said": {"referrer": "referrer", "stand_in": "b"}, "out": "d"})
    @example({**USUAL, "said": {"treat_now": True}})
    @example({**USUAL, "said": {"requested": "c"}})
    @example({**USUAL, "said": {"source": "vip"}})
    @example({**USUAL, "said": {"soon": ["b"]}, "projects": ["breast"], "busy": "b"})
    @example({**USUAL, "said": {"absent": ["a"]}})
    @example({**USUAL, "slip": ("consultation", ["breast"]), "said": {"online_consultant": "net-1"}})
    @example({**USUAL, "slip": ("treatment", [])})
    @example({**USUAL, "slip": ("treatment", ["laser"]), "visit_class": "first_visit"})
    @example({**USUAL, "visit_class": "other", "said": {"party": "couple"}})
    @example({**USUAL, "visit_class": "return_visit", "owner": "b"})
    @example({**USUAL, "said": {"referrer": "referrer", "absent": ["a"]}, "late": {"referrer"}})
    def same(arrival: dict[str, Any]) -> None:
        assume(
            arrival["visit_class"] or arrival["slip"] != ("treatment", ["laser"])
        )  # what is proposed is another class
        twins.next_day()
        twins.status(arrival["out"], "out")
        twins.status(arrival["busy"], "busy")
        at_once, later = twins.at_once(**arrival), twins.later(**arrival)
        assert twins.ledger(LATER) == twins.ledger(AT_ONCE)
        assert twins.shown(later) == twins.shown(at_once)

    same()


def test_an_answer_that_cannot_be_is_refused_when_it_is_given(twins: Twins) -> None:
    """Also where the visit waits for its projects: later nobody could take the answer back."""
    body = {"branch": LATER, "customer": twins.customer(LATER, "customer", None), "projects": [], "requested": "nobody"}
    refused = twins.desk.post("/api/triage/visits", body)
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (404, "unknown-consultant")
    assert twins.under.rows("SELECT count(*) FROM visit") == [(0,)]


def test_a_later_answer_takes_the_place_of_the_earlier_one(twins: Twins) -> None:
    customer = twins.customer(LATER, "customer", None)
    said = {"requested": "b", "party": "couple", "absent": ["a"], "soon": ["b"]}
    visit = twins.send("", branch=LATER, customer=customer, **said)
    twins.send(f"/{visit['id']}/triage", projects=["filler"], requested="c", absent=[])
    [(event, [decision])] = twins.ledger(LATER)
    assert (event["requested"], event["party"], event["soon"]) == ("c", "couple", ["b"])
    assert "absent" not in event
    assert (decision["to"], decision["basis"]) == ("c", "named")
