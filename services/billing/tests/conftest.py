"""A small clinic: what it sells, two customers and a visit."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from billing.bootstrap import service
from qiantai.clock import now
from qiantai.contracts.customer import CustomerRegistered
from qiantai.contracts.triage import VisitAssigned
from qiantai.service import Service
from qiantai.testing.branches import tell_branch, tell_staff
from qiantai.testing.service import ServiceUnderTest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # makes the fakes importable under pytest's importlib mode
    sys.path.append(HERE)

WANG = "01900000-0000-7000-8000-00000000aaaa"
LI = "01900000-0000-7000-8000-00000000bbbb"
VISIT = "01900000-0000-7000-8000-00000000cccc"

PROJECTS: dict[str, dict[str, object]] = {
    "laser": {"major": True, "project_class": "skin", "department": "skin", "rank": 1, "minutes": 30},
    "scaling": {"major": False, "project_class": "dental", "department": "dental", "rank": 5, "minutes": 45},
}
PRODUCTS: dict[str, tuple[dict[str, object], int]] = {
    "LASER-1": ({"kind": "treatment", "project": "laser", "sessions": 1}, 128_000),
    "LASER-5": ({"kind": "package", "project": "laser", "sessions": 5}, 500_000),
    "SCALE": ({"kind": "treatment", "project": "scaling", "sessions": 1}, 29_900),
    "CREAM": ({"kind": "cosmetic"}, 9_900),
}


@pytest.fixture
def empty(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    """The service with nothing in it."""
    return under_test(service())


@pytest.fixture
def billing(empty: ServiceUnderTest) -> ServiceUnderTest:
    """The service with a catalogue, two customers, and a visit of the first with consultant chen."""
    head = empty.as_("head_office")
    for code, flags in PROJECTS.items():
        assert head.put(f"/api/billing/projects/{code}", {"name_zh": code, "name_en": code, **flags}).status_code == 200
    for code, (product, amount) in PRODUCTS.items():
        made = head.put(f"/api/billing/products/{code}", {"name_zh": f"{code}-zh", "name_en": f"{code}-en", **product})
        assert made.status_code == 200, made.json
        prices = {"branch": "chain", "prices": [{"valid_from": "2026-01-01", "amount": amount}]}
        assert head.put(f"/api/billing/products/{code}/prices", prices).status_code == 200
    for id_, name in ((WANG, "王小明"), (LI, "李雷")):
        empty.deliver(
            CustomerRegistered(branch="chain", customer=id_, number="C1", name=name, kind="full", home_branch="sh-01")
        )
    for branch in ("sh-01", "hz-01"):
        tell_branch(empty, branch)
    for staff in ("chen", "zhao", "sun", "wu", "lin", "dr-zhou"):
        tell_staff(empty, staff)
    empty.deliver(
        VisitAssigned(
            branch="sh-01",
            visit=VISIT,
            customer=WANG,
            to="chen",
            basis="rotation",
            counted=True,
            passed=(),
            rules=("T14",),
            why_zh="轮到",
            why_en="in turn",
            entry=1,
            decided_at=now(),
        )
    )
    return empty
