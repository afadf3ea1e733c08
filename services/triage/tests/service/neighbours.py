"""What a branch needs before its first visit: what the neighbouring services tell, and who receives."""

from __future__ import annotations

from typing import Any

from qiantai.contracts import CHAIN
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE
from qiantai.testing.branches import tell_branch
from qiantai.testing.service import Desk, ServiceUnderTest

BRANCH = "sh-01"
BRANCHES = (BRANCH, "sh-02", "hz-01")


def tell_projects(under: ServiceUnderTest, *codes: str, **more: Any) -> None:
    """Let the gateway tell the branches, and billing projects, by rank; `breast` is a major one."""
    for branch in BRANCHES:
        tell_branch(under, branch)
    for rank, code in enumerate(codes):
        usual = {"name_zh": code, "name_en": code, "project_class": "injection", "department": "minimal", "minutes": 60}
        told = ProjectChanged(
            **{**usual, "branch": CHAIN, "code": code, "major": code == "breast", "rank": rank, **more}
        )
        assert under.deliver(told) == DONE


def tell_customer(under: ServiceUnderTest, **more: Any) -> str:
    """Let the customer service tell a new file; returns its id."""
    id_ = new_id()
    usual = {"branch": CHAIN, "customer": id_, "number": "C1", "name": "客", "kind": "full", "home_branch": BRANCH}
    assert under.deliver(CustomerRegistered(**{**usual, **more})) == DONE
    return id_


def fill_roster(desk: Desk, *staff: str, **more: Any) -> None:
    """Put consultants on the roster, in this order."""
    for place, one in enumerate(staff, start=1):
        body = {"name": f"顾问{one}", "place": place, **more}
        done = desk.put(f"/api/triage/roster/{BRANCH}/{one}", body)
        assert done.status_code == 200, done.json
