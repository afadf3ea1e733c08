"""What is offered with a file and a card is what the routes do; who changed a file first is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from customer.bootstrap import service
from customer.domain.model import NEXT
from qiantai.permissions import ROLES
from qiantai.service import Service
from qiantai.testing.branches import tell_branch
from qiantai.testing.service import ServiceUnderTest

API = "/api/customers"
WANG = {"branch": "sh-01", "name": "王小明", "phones": [{"number": "138 0013 8000"}]}


@pytest.fixture
def customers(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    made = under_test(service())
    tell_branch(made, "sh-01")
    return made


@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_is_offered_is_what_the_routes_do(customers: ServiceUnderTest, role: str) -> None:
    desk = customers.as_("receptionist")
    file = desk.post(f"{API}/", WANG).json
    bare = desk.post(f"{API}/", {"branch": "sh-01", "name": "李娜"}).json
    card = {"branch": "sh-01", "number": "D-1000", "kind": "design"}
    desk.post(f"{API}/{file['id']}/cards", card)
    one = customers.as_(role)
    seen = one.get(f"{API}/{file['id']}")
    if seen.status_code == 403:
        assert "customer.read" not in ROLES[role]
        return
    done = {
        "edit": one.patch(f"{API}/{file['id']}", {"remark": "怕疼"}, etag=1).status_code == 200,
        "reveal": one.post(f"{API}/{file['id']}/reveal", {"reason": "回电"}).status_code == 200,
        "cards": one.post(f"{API}/{file['id']}/cards", {**card, "number": "D-1001"}).status_code == 201,
    }
    assert seen.json["may"] == sorted(name for name, went in done.items() if went)
    assert "reveal" not in one.get(f"{API}/{bare['id']}").json["may"]
    for reason in NEXT["in_use"]:
        number = f"D-{reason.upper()}".replace("_", "-")
        desk.post(f"{API}/{file['id']}/cards", {**card, "number": number})
        before = {one["number"]: one["may"] for one in one.get(f"{API}/{file['id']}/cards").json["items"]}
        went = one.post(f"{API}/cards/{number}/revoke", {"reason": reason}).status_code == 200
        assert before[number] == (["revoke"] if went else [])
        desk.post(f"{API}/cards/{number}/revoke", {"reason": reason})
        after = {one["number"]: one["may"] for one in one.get(f"{API}/{file['id']}/cards").json["items"]}
        assert after[number] == []


def test_the_second_editor_is_told_who_was_first(customers: ServiceUnderTest) -> None:
    file = customers.as_("receptionist").post(f"{API}/", WANG).json
    path = f"{API}/{file['id']}"
    assert customers.as_("receptionist", id_="fang").patch(path, {"remark": "怕疼"}, etag=1).status_code == 200
    late = customers.as_("receptionist", id_="chen").patch(path, {"remark": "过敏"}, etag=1)
    assert (late.status_code, late.json["facts"]["by"], late.json["facts"]["version"]) == (412, "fang", 2)
    assert customers.as_("receptionist").get(path).json["remark"] == "怕疼"
