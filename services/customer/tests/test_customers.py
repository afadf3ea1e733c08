"""Files over HTTP, on a real database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from customer.bootstrap import service
from qiantai.actors import Actor
from qiantai.contracts.customer import CardIssued, CardRevoked, CustomerRegistered, CustomerUpdated
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.paging import write_cursor

WANG = {"branch": "sh-01", "name": "王小明", "phones": [{"number": "138 0013 8000"}]}


@pytest.fixture
def customers(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    return under_test(service())


def test_a_new_file_is_found_by_tail_phone_and_name(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    made = desk.post("/api/customers/", WANG)
    assert made.status_code == 201, made.json
    assert made.headers["ETag"] == '"1"'
    for q in ("8000", "13800138000", "+8613800138000", "小明"):
        found = desk.get("/api/customers/", query_string={"q": q}).json["items"]
        assert [one["name"] for one in found] == ["王小明"], q
    [event] = customers.told(CustomerRegistered)
    assert (event.customer, event.phone_tail) == (made.json["id"], "8000")


def test_a_known_phone_shows_the_existing_file(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    first = desk.post("/api/customers/", WANG).json
    again = desk.post("/api/customers/", {**WANG, "name": "王明"})
    assert again.status_code == 409
    assert again.content_type == "application/problem+json"
    assert again.json["facts"] == {"customer": first["id"]}
    assert len(customers.told(CustomerRegistered)) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**WANG, "phones": [{"number": "123"}]}, "phones.0.number"),
        ({**WANG, "name": ""}, "name"),
        ({**WANG, "name": "a\x00b"}, "name"),
        ({**WANG, "birthday": "2999-01-01"}, "birthday"),
        ({**WANG, "colour": "red"}, "colour"),
        ({"branch": "sh-01"}, "name"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(
    customers: ServiceUnderTest, body: dict[str, object], field: str
) -> None:
    refused = customers.as_("receptionist").post("/api/customers/", body)
    assert refused.status_code == 422
    assert field in [error["field"] for error in refused.json["errors"]]
    assert customers.told() == []
    assert customers.rows("SELECT count(*) FROM customer") == [(0,)]


def test_the_second_of_two_editors_is_told(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    made = desk.post("/api/customers/", WANG)
    path = f"/api/customers/{made.json['id']}"
    assert desk.patch(path, {"remark": "怕疼"}, etag=made.headers["ETag"]).status_code == 200
    stale = desk.patch(path, {"remark": "other"}, etag=made.headers["ETag"])
    assert stale.status_code == 412
    assert desk.patch(path, {"remark": "x"}).status_code == 428
    assert desk.get(path).json["remark"] == "怕疼"
    assert len(customers.told(CustomerUpdated)) == 1


def test_a_card_is_issued_once_and_opens_nothing_after_it_is_lost(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    id_ = desk.post("/api/customers/", WANG).json["id"]
    card = {"branch": "sh-01", "number": "D000123", "kind": "design"}
    assert desk.post(f"/api/customers/{id_}/cards", card).status_code == 201
    assert desk.post(f"/api/customers/{id_}/cards", card).status_code == 409
    assert desk.post("/api/customers/cards/D000123/revoke", {"reason": "lost"}).status_code == 200
    assert desk.post("/api/customers/cards/D000123/revoke", {"reason": "lost"}).status_code == 409
    assert [event.number for event in customers.told(CardIssued)] == ["D000123"]
    assert [event.reason for event in customers.told(CardRevoked)] == ["lost"]


def test_a_repeated_request_makes_one_file(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    first = desk.post("/api/customers/", WANG, key="abc")
    second = desk.post("/api/customers/", WANG, key="abc")
    assert second.json == first.json
    assert second.headers["Idempotency-Replayed"] == "true"
    other = desk.post("/api/customers/", {**WANG, "name": "x"}, key="abc")
    assert other.status_code == 422
    assert customers.rows("SELECT count(*) FROM customer") == [(1,)]


def test_roles_and_tokens(customers: ServiceUnderTest) -> None:
    assert customers.nobody().get("/api/customers/").status_code == 401
    assert customers.as_("screen").get("/api/customers/").status_code == 403
    other = customers.as_("receptionist", branches=["hz-01"]).post("/api/customers/", WANG)
    assert other.status_code == 403
    assert customers.as_("receptionist").request("DELETE", "/api/customers/").headers["Allow"]


def test_a_malformed_and_an_oversize_body_are_refused_and_change_nothing(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    headers = {"Content-Type": "application/json"}
    malformed = desk.request("POST", "/api/customers/", data=b'{"name": ', headers=headers)
    assert malformed.status_code == 400
    assert malformed.content_type == "application/problem+json"
    oversize = desk.request("POST", "/api/customers/", data=b'"' + b"x" * 1_100_000 + b'"', headers=headers)
    assert oversize.status_code == 413
    assert desk.request("POST", "/api/customers/", data=b"name=x").status_code in (415, 422)
    assert customers.rows("SELECT count(*) FROM customer") == [(0,)]


def test_an_expired_token_is_refused(customers: ServiceUnderTest) -> None:
    actor = Actor(id="desk", name="desk", roles=frozenset({"receptionist"}), branches=frozenset({"sh-01"}))
    old = customers._signer.sign(actor, now=time.time() - 3600, seconds=60)
    for token in (old, "not.a.token", ""):
        answer = customers.nobody().get("/api/customers/", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_of_two_desks_that_register_one_phone_at_once_one_makes_the_file(customers: ServiceUnderTest) -> None:
    """However the two meet, there is one file, and the other desk is shown it (C3)."""
    for number in range(8):
        phone = f"1390000{number:04d}"
        gate = threading.Barrier(2)

        def register(name: str, phone: str = phone, gate: threading.Barrier = gate) -> Any:
            desk = customers.as_("receptionist", branches=["sh-01"])
            gate.wait()
            return desk.post("/api/customers/", {"branch": "sh-01", "name": name, "phones": [{"number": phone}]})

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(register, ("李雯", "李文")), key=lambda answer: answer.status_code)
        assert [answer.status_code for answer in answers] == [201, 409]
        assert answers[1].json["facts"]["customer"] == answers[0].json["id"]
    assert customers.rows("SELECT count(*), count(DISTINCT customer) FROM phone") == [(8, 8)]
    assert len(customers.told(CustomerRegistered)) == 8


def test_a_cursor_that_is_no_files_is_refused(customers: ServiceUnderTest) -> None:
    query = {"q": "王", "cursor": write_cursor("no file")}
    refused = customers.as_("receptionist").get("/api/customers/", query_string=query)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "cursor")
