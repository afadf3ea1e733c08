"""`make tour`: a day at the desk through the public APIs and a serial device, every step checked."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from device_gateway.edge.virtual import VirtualScanner
from qiantai.ids import new_id

from embedded import chain
from embedded.client import Desk, Refused

_PATIENCE_SECONDS = 20.0
_BRANCH = chain.MAIN


class Off(AssertionError):
    """Something is not as it should be."""


class Tour:
    """The people of the day and what they have seen so far."""

    def __init__(self, address: str, folder: Path) -> None:
        self.folder = folder
        self.step = 0
        self.key = new_id()
        self.address = address
        self.desk = self.signed_in("desk")
        self.supervisor = self.signed_in("zhou.min")
        self.till = self.signed_in("till")
        self.service = self.signed_in("service")
        self.visits: list[str] = []

    def signed_in(self, staff: str) -> Desk:
        """Return somebody's own desk."""
        return Desk(self.address).sign_in(staff, chain.PASSWORD)

    def say(self, text: str) -> None:
        """Tell a step that went well."""
        self.step += 1
        print(f"{self.step:2d}. {text}", flush=True)  # noqa: T201

    def must(self, right: object, text: str) -> None:
        """Raise Off unless something holds."""
        if not right:
            raise Off(text)

    def until(self, look: Callable[[], Any], text: str) -> Any:  # noqa: ANN401 - whatever is found
        """Look again until something is there; events take a moment."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (found := look()):
            if time.monotonic() > deadline:
                raise Off(text)
            time.sleep(0.05)
        return found

    def visit_of(self, customer: str) -> dict[str, Any]:
        """Return today's visit of a customer, as soon as there is one."""
        return self.until(  # type: ignore[no-any-return]
            lambda: next(iter(self.desk.get("/api/triage/visits", branch=_BRANCH, customer=customer)["items"]), None),
            "the visit was not registered",
        )

    def card_on_board(self, customer: str, **expected: object) -> dict[str, Any]:
        """Return the customer's card on the flow board, as soon as it shows what is expected."""

        def look() -> dict[str, Any] | None:
            board = self.desk.get("/api/gateway/board", branch=_BRANCH)
            cards = [card for card in board["cards"] if card["customer"] == customer]
            return next((c for c in cards if all(c.get(n) == v for n, v in expected.items())), None)

        return self.until(look, f"the board never showed {expected}")  # type: ignore[no-any-return]

    def steps_of(self, customer: str, *wanted: str) -> None:
        """Wait until the customer's history holds these steps."""

        def look() -> bool:
            items = self.desk.get(f"/api/customers/{customer}/timeline")["items"]
            return set(wanted) <= {item["what"] for item in items}

        self.until(look, f"the history lacks one of {wanted}")


def tour(address: str, folder: Path) -> int:
    """Play the day; returns the exit status."""
    try:
        day = Tour(address, folder)
        customer = _with_appointment(day)
        _consultation_to_follow_up(day, customer)
        _unknown_card(day)
        _new_by_phone(day)
        _bad_input(day)
        checked = day.desk.get("/api/triage/ledger/verification", branch=_BRANCH)
        day.must(checked["whole"], f"the ledger is not whole: {checked['faults']}")
        day.say("The day's ledger is whole: every turn follows from the rules and the hash chain is unbroken.")
    except (Off, Refused, OSError) as error:
        print(f"OFF after step {locals()['day'].step if 'day' in locals() else 0}: {error}", flush=True)  # noqa: T201
        return 1
    finally:
        if "day" in locals():
            _leave(day)
    print("the tour went well", flush=True)  # noqa: T201
    return 0


def _leave(day: Tour) -> None:
    """Let the tour's own visitors go, so that nobody is kept busy by them; everybody else's visits stay as they are."""
    for visit in day.visits:
        with contextlib.suppress(Refused):  # finished already
            day.desk.post(f"/api/triage/visits/{visit}/leave", {"reason": "导览结束 the tour is over"})


def _name_somebody(day: Tour, visit: str) -> None:
    """Where all are busy with others' visitors, let the supervisor name somebody who is at work (T21)."""
    for one in chain.CONSULTANTS:
        if one.branch != _BRANCH:
            continue
        try:
            named = {"to": one.staff, "reason": "都在接待中 everybody is engaged"}
            day.supervisor.post(f"/api/triage/visits/{visit}/reassign", named)
        except Refused as refusal:
            if refusal.status != HTTPStatus.CONFLICT:
                raise
        else:
            day.say(f"Everybody is engaged, so the supervisor names {one.name} {one.staff}.")
            return
    raise Off("no consultant is at work")


def _register(day: Tour, name: str, **more: object) -> str:
    tail = f"{int(new_id()[-8:], 16) % 100_000_000:08d}"
    body = {"branch": _BRANCH, "name": name, "phones": [{"number": f"139{tail}"}], "gender": "female", **more}
    return str(day.desk.post("/api/customers/", body)["id"])


def _card(prefix: str) -> str:
    return f"{prefix}{new_id()[-10:].upper()}"


def _with_appointment(day: Tour) -> str:
    customer = _register(day, "游小姐")
    number = _card("D")
    day.desk.post(f"/api/customers/{customer}/cards", {"branch": _BRANCH, "number": number, "kind": "design"})
    day.say(f"A customer is registered on the phone and gets the design card {number}.")
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime.now(zone) + timedelta(minutes=2)
    body = {
        "branch": _BRANCH,
        "customer": customer,
        "kind": "consultation",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=40)).isoformat(),
        "projects": ["laser"],
        "channel": "phone",
    }
    booked = day.desk.patiently("/api/appointments/", body, key=f"tour-{day.key}")
    day.say(f"Appointment {booked['number']} is booked for {start:%H:%M}.")
    day.card_on_board(customer, tab="appointments")
    with VirtualScanner(day.folder / "devices" / "scanner-1") as scanner:
        scanner.send(number)
        visit = day.visit_of(customer)
        day.visits.append(visit["id"])
        assigned = day.until(lambda: (v := day.visit_of(customer))["to"] and v, "the visit was not assigned")
    day.must(visit["visit_class"] == "first_visit", f"the class is {visit['visit_class']}")
    day.say(f"Her card is read at desk-1: {assigned['why_zh']}")
    if not assigned["consultant"]:
        _name_somebody(day, visit["id"])
    day.until(
        lambda: day.desk.get(f"/api/appointments/{booked['id']}")["state"] == "arrived", "the appointment never arrived"
    )
    day.card_on_board(customer, tab="consultation")
    day.say("The appointment is marked as arrived and the flow board shows her with her consultant.")
    return customer


def _consultation_to_follow_up(day: Tour, customer: str) -> None:
    visit = day.visit_of(customer)
    path = f"/api/triage/visits/{visit['id']}"
    consultant = day.signed_in(visit["consultant"])  # nobody else may receive her
    consultant.post(f"{path}/start")
    consultant.post(f"{path}/finish", {"outcome": "deal", "note": "光子嫩肤"})
    day.say("The consultation starts and ends with a deal.")
    charge = day.till.patiently(
        "/api/billing/charges",
        {"branch": _BRANCH, "customer": customer, "visit": visit["id"], "lines": [{"product": "laser-5"}]},
        key=f"tour-charge-{day.key}",
    )
    day.must(charge["total"] == 368_000, f"the slip is over {charge['total']}")  # noqa: PLR2004 - the demo's price
    tenders = [
        {"kind": "cash", "amount": 68_000, "received": 70_000},
        {"kind": "wechat", "amount": 300_000, "reference": f"WX-{day.key}"},
    ]
    pay = f"/api/billing/charges/{charge['id']}/payments"
    paid = day.till.post(pay, {"tenders": tenders}, key=f"tour-pay-{day.key}")
    again = day.till.post(pay, {"tenders": tenders}, key=f"tour-pay-{day.key}")
    day.must(paid == again, "the repeated payment was another one")
    day.must(day.till.get(f"/api/billing/charges/{charge['id']}")["due"] == 0, "something is still due")
    day.say(f"Charge slip {charge['number']} over 3,680.00 is paid in cash and by WeChat; sent twice, it counts once.")
    item = day.till.get("/api/billing/items", customer=customer)["items"][0]
    use = {"branch": _BRANCH, "visit": visit["id"], "performer": "nurse"}
    day.till.post(f"/api/billing/items/{item['id']}/uses", use, key=f"tour-use-{day.key}")
    left = day.till.get(f"/api/billing/items/{item['id']}")["left"]
    day.must(left == 4, f"{left} sessions are left")  # noqa: PLR2004 - five were bought
    day.say("Five sessions are held, one is used, four are left.")
    _follow_up(day, customer)
    day.steps_of(
        customer,
        "appointment.appointment.booked",
        "appointment.appointment.arrived",
        "triage.visit.assigned",
        "triage.visit.finished",
        "billing.payment.received",
        "billing.treatment_item.used",
        "followup.plan.executed",
    )
    day.say("Her history shows every step from the appointment to the follow-up.")


def _follow_up(day: Tour, customer: str) -> None:
    def plans() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = day.service.get("/api/followups/plans", customer=customer)["items"]
        return found

    plan = day.until(lambda: next(iter(plans()), None), "no follow-up was planned")
    if plan["state"] == "submitted":
        day.supervisor.post(f"/api/followups/plans/{plan['id']}/approve")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    next_plan = {
        "kind": plan["kind"],
        "due_from": (now + timedelta(days=7)).isoformat(),
        "due_until": (now + timedelta(days=8)).isoformat(),
        "content": "复查效果",
    }
    done = {"result": "reached", "feedback": "恢复良好", "mood": "satisfied", "next_step": {"plan": next_plan}}
    executed = day.service.post(f"/api/followups/plans/{plan['id']}/execute", done)
    day.must(executed["state"] == "executed", f"the plan is {executed['state']}")
    day.say("The follow-up that the template planned is approved, executed, and names its next step.")


def _unknown_card(day: Tour) -> None:
    customer = _register(day, "卡女士")
    number = _card("T")
    with VirtualScanner(day.folder / "devices" / "scanner-1") as scanner:
        scanner.send(number)
        day.until(
            lambda: [
                r for r in day.desk.get("/api/gateway/unrecognised", branch=_BRANCH)["items"] if r["code"] == number
            ],
            "the unknown read never showed at the desk",
        )
        day.say(f"An unknown card {number} is read and shows at the desk as not recognised.")
        day.desk.post(f"/api/customers/{customer}/cards", {"branch": _BRANCH, "number": number, "kind": "temporary"})
        day.until(
            lambda: (
                not [
                    r for r in day.desk.get("/api/gateway/unrecognised", branch=_BRANCH)["items"] if r["code"] == number
                ]
            ),
            "the read still shows as not recognised",
        )
    visit = day.desk.patiently(
        "/api/triage/visits",
        {"branch": _BRANCH, "customer": customer, "projects": ["botox"]},
        key=f"tour-card-{day.key}",
    )
    day.visits.append(visit["id"])
    day.say(f"It is bound to her file and she is received without an appointment: {visit['why_zh']}")


def _new_by_phone(day: Tour) -> None:
    tail = f"{int(new_id()[-8:], 16) % 100_000_000:08d}"
    phone = f"137{tail}"
    looked = {"branch": _BRANCH, "q": phone}
    day.must(not day.desk.post("/api/customers/find", looked)["items"], "the new phone is known already")
    body = {"branch": _BRANCH, "name": "新先生", "phones": [{"number": phone}], "gender": "male"}
    customer = day.desk.post("/api/customers/", body)["id"]
    looked = {"branch": _BRANCH, "q": phone[-4:]}
    day.must(day.desk.post("/api/customers/find", looked)["items"], "the last four digits find nobody")
    arrival = {"branch": _BRANCH, "customer": customer, "projects": ["eyelid"]}
    proposed = day.desk.patiently("/api/triage/visits/proposal", arrival, key=f"tour-look-{day.key}")
    visit = day.desk.post("/api/triage/visits", arrival, key=f"tour-new-{day.key}")
    day.visits.append(visit["id"])
    day.must(visit["to"] == proposed["to"], f"proposed {proposed['to']}, assigned {visit['to']}")
    day.card_on_board(customer)
    day.say(f"A new customer, not found by phone, gets a file and goes where the proposal said: {visit['why_zh']}")


def _bad_input(day: Tour) -> None:
    refusals = (
        ("/api/customers/", {"branch": _BRANCH, "name": "坏", "phones": [{"number": "12"}]}, 422),
        ("/api/customers/", {"branch": chain.SECOND, "name": "坏"}, 403),
        ("/api/triage/visits", {"branch": _BRANCH, "customer": new_id(), "projects": ["laser"]}, 422),
    )
    for path, body, status in refusals:
        try:
            day.desk.post(path, body)
        except Refused as refusal:
            day.must(refusal.status == status, f"{path}: {refusal.status} instead of {status}")
        else:
            raise Off(f"{path} took {body}")
    day.say("A phone that cannot be, another branch and an unknown customer are refused with clear errors.")
