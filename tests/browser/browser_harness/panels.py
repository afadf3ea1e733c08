"""Every panel that opens beside a page, with a thing in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from embedded import chain
from embedded.client import Desk
from embedded.system import System
from qiantai.ids import new_id

from browser_harness import new_customer

AREAS = Path(__file__).parents[3] / "services/device-gateway/console/src/areas"
_NAMED = re.compile(r"'?([a-z-]+)'?: \(\) => import\('\./[A-Za-z/]+\.vue'\),? *\}?")
_PANELS = re.compile(r"panels: \{(.*?)\n? *\},?$", re.DOTALL | re.MULTILINE)


def names() -> set[str]:
    """Return the names of all panels, as the areas say them."""
    found = (_PANELS.search(one.read_text("utf-8")) for one in AREAS.glob("*/index.ts"))
    return {name for panels in found if panels for name in _NAMED.findall(panels.group(1))}


def panels(system: System) -> Iterator[tuple[str, str, str]]:
    """Set the stage; yield who opens what beside which page."""
    desk, till, service = (Desk(system.address).sign_in(one, chain.PASSWORD) for one in ("desk", "till", "service"))
    customer = new_customer(desk, "板边女士")
    desk.post(f"/api/customers/{customer}/cards", {"branch": chain.MAIN, "number": "D-PANEL-1", "kind": "design"})
    start = datetime.now(UTC) + timedelta(minutes=30)
    booking = {"branch": chain.MAIN, "customer": customer, "kind": "consultation", "projects": ["laser"]}
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(minutes=30)).isoformat()}
    appointment = desk.patiently("/api/appointments/", booking | times, key=new_id())["id"]
    arrival = {"branch": chain.MAIN, "customer": new_customer(desk, "板上先生"), "projects": ["eyelid"]}
    visit = desk.patiently("/api/triage/visits", arrival, key=new_id())
    slip = {"branch": chain.MAIN, "customer": customer, "lines": [{"product": chain.PRODUCTS[0][0]}]}
    charge = till.patiently("/api/billing/charges", slip, key=new_id())["id"]
    call = {
        "branch": chain.MAIN,
        "customer": customer,
        "kind": "after_treatment",
        "content": "问恢复",
        "executor": "service",
    }
    due = {"due_from": start.isoformat(), "due_until": (start + timedelta(hours=6)).isoformat(), "submit": True}
    plan = service.patiently("/api/followups/plans", call | due, key=new_id())["id"]
    template = service.get("/api/followups/templates")["items"][0]["code"]
    form = desk.get("/api/triage/forms")["items"][0]["form"]
    yield from (
        ("desk", "/board", one)
        for one in (f"arrival:{customer}", "newcomer:", "bind:code:N-NOBODY", f"visit:{visit['id']}")
    )
    yield from (
        ("desk", "/appointments", one)
        for one in (f"appointment:{appointment}", f"appointment-print:{appointment}", "book:")
    )
    yield from (("desk", "/customers", one) for one in (f"customer:{customer}", f"label:{customer}:D-PANEL-1"))
    yield from ((visit["to"], "/my", one) for one in (f"slip:{visit['id']}", f"visit-form:{visit['id']}:{form}"))
    yield from (("till", "/cashier", one) for one in (f"charge:{charge}", "new-charge:", f"items:{customer}"))
    yield from (("service", "/followup", one) for one in (f"plan:{plan}", "new-plan:"))
    yield from (("zhou.min", "/rotation", f"place:{one.staff}") for one in chain.CONSULTANTS[:1])
    yield ("zhou.min", "/followup", f"template:{template}")
    yield from (
        ("office", "/cashier/catalogue", one)
        for one in (f"product:{chain.PRODUCTS[0][0]}", "product:", "project:laser")
    )
    yield from (
        ("office", "/settings", one)
        for one in ("staff:desk", "staff:", f"branch:{chain.MAIN}", "branch:", "scanner:scanner-1")
    )
