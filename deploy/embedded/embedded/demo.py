"""Loading the demo chain through the public APIs, once; a load that was cut off goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from embedded import chain
from embedded.client import Desk, Refused
from embedded.processes import run_once
from embedded.stage import Stage

_ADMIN = "admin"
_AT_ONCE = 6
MARK = "demo-loaded"
"""File of a folder whose data are there already: loaded, or of a backup."""


def load(address: str, stage: Stage, *, say: Callable[[str], None]) -> None:
    """Load what is not there yet. Every request has a fixed Idempotency-Key, so a repeated load doubles nothing."""
    mark = stage.folder / MARK
    if mark.exists():
        return
    say("loading the demo chain: staff, catalogue, rosters")
    environment = {**stage.of("device-gateway"), "QIANTAI_ADMIN_PASSWORD": stage.admin_password}
    run_once("device-gateway", "admin", "--staff", _ADMIN, "--name", "管理员", environment=environment)
    admin = Desk(address).sign_in(_ADMIN, stage.admin_password)
    _load_chain(admin)
    office = Desk(address).sign_in("office", chain.PASSWORD)
    say(f"loading the demo chain: {chain.CUSTOMERS} customers and their cards")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ids = list(pool.map(lambda seed: _load_customer(office, seed), chain.customers()))
        say("loading the demo chain: today's appointments")
        list(pool.map(lambda pair: _load_appointment(office, *pair), _appointments(ids)))
    mark.write_text(datetime.now(UTC).isoformat())


def _load_chain(admin: Desk) -> None:
    for code, branch in chain.BRANCHES.items():
        admin.put(f"/api/gateway/branches/{code}", branch)
    staff = {**chain.STAFF, **{c.staff: (c.name, ["consultant"], [c.branch]) for c in chain.CONSULTANTS}}

    def account(item: tuple[str, tuple[str, list[str], list[str]]]) -> None:
        id_, (name, roles, branches) = item
        path = f"/api/gateway/staff/{id_}"
        try:
            found = admin.get(path)
        except Refused as refusal:
            if refusal.status != HTTPStatus.NOT_FOUND:
                raise
            body = {"name": name, "roles": roles, "branches": branches, "password": chain.FIRST_PASSWORD}
            found = admin.put(path, body)
        if found["must_change"]:  # as everybody does who gets a password from somebody else
            Desk(admin.address).change_password(id_, chain.FIRST_PASSWORD, chain.PASSWORD)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(account, staff.items()))
    for rank, (code, zh, en, major, klass, department, minutes) in enumerate(chain.PROJECTS):
        admin.put(
            f"/api/billing/projects/{code}",
            {
                "name_zh": zh,
                "name_en": en,
                "major": major,
                "project_class": klass,
                "department": department,
                "rank": rank,
                "minutes": minutes,
            },
        )
    for code, zh, en, kind, project, sessions, price in chain.PRODUCTS:
        body: dict[str, Any] = {"name_zh": zh, "name_en": en, "kind": kind, "project": project, "sessions": sessions}
        admin.put(f"/api/billing/products/{code}", body)
        prices = [{"valid_from": "2026-01-01", "amount": price}]
        admin.put(f"/api/billing/products/{code}/prices", {"branch": "chain", "prices": prices})
    for place, one in enumerate(chain.CONSULTANTS, start=1):
        admin.put(
            f"/api/triage/roster/{one.branch}/{one.staff}",
            {
                "name": one.name,
                "shift": one.shift,
                "scope": list(one.scope) if one.scope is not None else None,
                "barred": list(one.barred),
                "place": place,
            },
        )


def _load_customer(desk: Desk, seed: chain.CustomerSeed) -> tuple[chain.CustomerSeed, str]:
    body = {
        "branch": seed.branch,
        "name": seed.name,
        "phones": [{"number": seed.phone}],
        "gender": seed.gender,
        "birthday": seed.birthday,
    }
    id_ = desk.patiently("/api/customers/", body, key=f"demo-customer-{seed.place}")["id"]
    card = {"branch": seed.branch, "number": seed.card, "kind": seed.card_kind}
    desk.post(f"/api/customers/{id_}/cards", card, key=f"demo-card-{seed.place}")
    return seed, id_


def _appointments(ids: list[tuple[chain.CustomerSeed, str]]) -> list[tuple[int, dict[str, Any]]]:
    """Return today's appointments: from some minutes ahead on, every ten minutes, while the day lasts."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    projects = [code for code, *_ in chain.PROJECTS]
    made = []
    for place, (seed, id_) in enumerate(ids[: chain.APPOINTMENTS]):
        start = now + timedelta(minutes=10 + 10 * place)
        if start.date() != now.date():
            start = now.replace(hour=23, minute=59, second=0, microsecond=0)
        if start <= now:
            break
        made.append(
            (
                seed.place,
                {
                    "branch": seed.branch,
                    "customer": id_,
                    "kind": "consultation",
                    "starts_at": start.replace(second=0, microsecond=0).isoformat()
                    if start - now > timedelta(minutes=1)
                    else start.isoformat(),
                    "ends_at": (start + timedelta(minutes=40)).isoformat(),
                    "projects": [projects[place % len(projects)]],
                    "channel": "phone",
                    "online_consultant": "net.1",
                },
            )
        )
    return made


def _load_appointment(desk: Desk, place: int, body: dict[str, Any]) -> None:
    try:
        desk.patiently("/api/appointments/", body, key=f"demo-appointment-{place}")
    except Refused as refusal:
        if not refusal.key_reused:  # a load that was cut off has booked it, at a time that was near then
            raise
