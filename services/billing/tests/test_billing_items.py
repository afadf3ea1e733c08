"""Items paid and not used over HTTP, on a real database."""

from __future__ import annotations

import threading
from typing import Any

from qiantai.contracts.billing import TreatmentItemUsed
from qiantai.ids import new_id
from qiantai.testing.service import ServiceUnderTest

WANG = "01900000-0000-7000-8000-00000000aaaa"
LI = "01900000-0000-7000-8000-00000000bbbb"
VISIT = "01900000-0000-7000-8000-00000000cccc"
API = "/api/billing"


def bought(billing: ServiceUnderTest, product: str = "LASER-5", customer: str = WANG) -> dict[str, Any]:
    cashier = billing.as_("cashier")
    lines = [{"product": product}]
    made = cashier.post(f"{API}/charges", {"branch": "sh-01", "customer": customer, "lines": lines}, key=new_id()).json
    body = {"tenders": [{"kind": "cash", "amount": made["total"]}]}
    assert cashier.post(f"{API}/charges/{made['id']}/payments", body, key=new_id()).status_code == 201
    found: dict[str, Any] = cashier.get(f"{API}/items", query_string={"customer": customer}).json["items"][0]
    return found


def test_a_package_is_used_session_by_session(billing: ServiceUnderTest) -> None:
    item = bought(billing)
    assert (item["project"], item["sessions"], item["used"], item["left"]) == ("laser", 5, 0, 5)
    nurse = billing.as_("nurse")
    path = f"{API}/items/{item['id']}"
    body = {"branch": "sh-01", "visit": VISIT, "performer": "dr-zhou", "note": "左脸"}
    done = nurse.post(f"{path}/uses", body, key="u1")
    assert done.status_code == 201, done.json
    assert (done.json["department"], done.json["performer"], done.json["left"]) == ("skin", "dr-zhou", 4)
    assert nurse.post(f"{path}/uses", body, key="u1").json == done.json
    for n in range(2, 6):
        assert nurse.post(f"{path}/uses", {"branch": "sh-01"}, key=f"u{n}").json["left"] == 5 - n
    none = nurse.post(f"{path}/uses", {"branch": "sh-01"}, key="u6")
    assert (none.status_code, none.json["facts"]["sessions"], none.json["facts"]["by"]) == (409, 5, "nurse-1")
    found = nurse.get(path).json
    assert (found["left"], [use["place"] for use in found["uses"]]) == (0, [1, 2, 3, 4, 5])
    events = billing.told(TreatmentItemUsed)
    assert [event.left for event in events] == [4, 3, 2, 1, 0]
    assert (events[0].department, events[0].performer, events[0].visit) == ("skin", "dr-zhou", VISIT)
    assert nurse.get(f"{API}/items", query_string={"customer": WANG, "unused": "true"}).json["items"] == []


def test_a_cosmetic_and_an_unpaid_slip_give_no_items(billing: ServiceUnderTest) -> None:
    cashier = billing.as_("cashier")
    body = {"branch": "sh-01", "customer": LI, "lines": [{"product": "CREAM"}, {"product": "SCALE"}]}
    made = cashier.post(f"{API}/charges", body, key="c").json
    pay = f"{API}/charges/{made['id']}/payments"
    cashier.post(pay, {"tenders": [{"kind": "cash", "amount": made["total"] - 1}]}, key="p1")
    items = {"customer": LI}
    assert cashier.get(f"{API}/items", query_string=items).json["items"] == []
    cashier.post(pay, {"tenders": [{"kind": "cash", "amount": 1}]}, key="p2")
    assert [one["product"] for one in cashier.get(f"{API}/items", query_string=items).json["items"]] == ["SCALE"]


def test_ten_desks_use_the_last_session_once(billing: ServiceUnderTest) -> None:
    item = bought(billing, "LASER-1")
    start, statuses = threading.Barrier(10), []

    def use() -> None:
        nurse = billing.as_("nurse")
        start.wait()
        statuses.append(nurse.post(f"{API}/items/{item['id']}/uses", {"branch": "sh-01"}, key=new_id()).status_code)

    desks = [threading.Thread(target=use) for _ in range(10)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(statuses) == [201] + [409] * 9
    assert billing.rows("SELECT used, sessions FROM item") == [(1, 1)]
    assert len(billing.told(TreatmentItemUsed)) == 1


def test_a_wrong_use_names_the_field_and_uses_nothing(billing: ServiceUnderTest) -> None:
    item = bought(billing)
    wrong: list[tuple[dict[str, object], str]] = [
        ({"branch": "hz-01"}, "branch"),
        ({"branch": "sh-1"}, "branch"),
        ({"branch": "sh-01", "performer": "nobody"}, "performer"),
        ({"branch": "sh-01", "visit": "01900000-0000-7000-8000-00000000dddd"}, "visit"),
        ({"branch": "sh-01", "note": "a\x00"}, "note"),
        ({}, "branch"),
    ]
    for body, field in wrong:
        refused = billing.as_("nurse").post(f"{API}/items/{item['id']}/uses", body, key=new_id())
        assert refused.status_code == 422, body
        assert [error["field"] for error in refused.json["errors"]] == [field], body
    assert billing.rows("SELECT used FROM item") == [(0,)]
    assert billing.told(TreatmentItemUsed) == []


def test_anothers_visit_another_branch_and_other_roles_use_nothing(billing: ServiceUnderTest) -> None:
    item = bought(billing, customer=LI)
    path = f"{API}/items/{item['id']}"
    body = {"branch": "sh-01", "visit": VISIT}
    assert billing.as_("nurse").post(f"{path}/uses", body, key="1").json["type"].endswith("visit-of-somebody-else")
    assert billing.as_("receptionist").post(f"{path}/uses", {"branch": "sh-01"}, key="1").status_code == 403
    assert billing.as_("nurse").post(f"{path}/uses", {"branch": "sh-01"}).status_code == 428
    other = billing.as_("nurse", branches=["hz-01"])
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/uses", {"branch": "hz-01"}, key="1").status_code == 404
    assert other.get(f"{API}/items", query_string={"customer": LI}).json["items"] == []
    assert billing.rows("SELECT used FROM item") == [(0,)]
