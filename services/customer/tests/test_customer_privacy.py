"""Who sees which file, and how much of it: by branch, by role, and not in bulk (C12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from customer.bootstrap import service
from customer.usecases import looks
from qiantai import clock, permissions
from qiantai.actors import service_actor
from qiantai.contracts.billing import PaymentReceived, TreatmentItemUsed
from qiantai.contracts.device_gateway import ArrivalScanned
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.branches import tell_branch
from qiantai.testing.service import Desk, ServiceUnderTest
from qiantai.uow import Context

API = "/api/customers"
PHONE, HIDDEN = "+8613800138000", "+86138****8000"
WANG = {
    "branch": "sh-01",
    "name": "王小明",
    "phones": [{"number": PHONE, "note": "本人,不行就打 139-1234-5678"}],
    "remark": "先生电话 +86 139 1234 5678",
}
NEEDS = ("receptionist", "supervisor", "online", "service_desk", "branch_head", "head_office")
SEES_ENDS = ("consultant", "nurse", "doctor", "cashier")


@pytest.fixture
def customers(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    made = under_test(service())
    for branch in ("sh-01", "hz-01", "bj-01"):
        tell_branch(made, branch)
    return made


@pytest.fixture
def wang(customers: ServiceUnderTest) -> str:
    made = customers.as_("receptionist", branches=["sh-01"]).post(f"{API}/", WANG)
    assert made.status_code == 201, made.json
    file = str(made.json["id"])
    card = {"branch": "sh-01", "number": "K-100", "kind": "member"}
    assert customers.as_("receptionist").post(f"{API}/{file}/cards", card).status_code == 201
    return file


def at(customers: ServiceUnderTest, branch: str, role: str = "receptionist") -> Desk:
    return customers.as_(role, branches=[branch], id_=f"{role}.{branch}")


def find(desk: Desk, q: str, branch: str) -> list[str]:
    answer = desk.post(f"{API}/find", {"branch": branch, "q": q})
    assert answer.status_code == 200, answer.json
    return [one["id"] for one in answer.json["items"]]


def audit(customers: ServiceUnderTest, action: str) -> list[tuple[Any, ...]]:
    return customers.rows("SELECT actor, subject, details FROM audit WHERE action = %s ORDER BY id", action)


def scanned(customer: str, branch: str) -> ArrivalScanned:
    now = datetime.now(UTC)
    return ArrivalScanned(
        branch=branch,
        scan=f"{branch}-1",
        device="d1",
        desk="前台 13800138000",
        code="K-100",
        kind="member",
        customer=customer,
        appointment=None,
        device_time=now,
        gateway_time=now,
    )


@pytest.mark.parametrize("role", ["it", "screen"])
def test_who_keeps_the_system_running_sees_no_file(customers: ServiceUnderTest, wang: str, role: str) -> None:
    desk = customers.as_(role, branches=["*"])
    for path in ("/", f"/{wang}", f"/{wang}/timeline", f"/{wang}/cards"):
        assert desk.get(f"{API}{path}").status_code == 403, path
    assert desk.post(f"{API}/find", {"branch": "sh-01", "q": PHONE}).status_code == 403


@pytest.mark.parametrize("role", [*NEEDS, *SEES_ENDS])
def test_numbers_are_whole_for_those_who_need_them_alone(customers: ServiceUnderTest, wang: str, role: str) -> None:
    desk = at(customers, "sh-01", role)
    file = desk.get(f"{API}/{wang}").json
    listed = desk.get(f"{API}/", query_string={"q": "王"}).json["items"]
    found = desk.post(f"{API}/find", {"branch": "sh-01", "q": PHONE}).json["items"]
    assert [one["id"] for one in (*listed, *found)] == [wang, wang]
    looked = [(f"{role}.sh-01", wang, {})] if role in NEEDS else []
    assert file["phones"][0]["number"] == (PHONE if role in NEEDS else HIDDEN)
    assert audit(customers, "customer.phone")[1:] == looked, "the first is whoever registered the file"
    hidden = listed + found + ([] if role in NEEDS else [file])
    for one in hidden:
        assert one["phones"][0]["number"] == HIDDEN
        assert "12345678" not in str(one).replace(" ", "").replace("-", "")
    if role == "consultant":
        edited = desk.patch(f"{API}/{wang}", {"gender": "male"}, etag=file["version"])
        assert (edited.status_code, edited.json["phones"][0]["number"]) == (200, HIDDEN)
        assert customers.rows("SELECT remark FROM customer") == [(WANG["remark"],)]


def test_a_number_is_revealed_for_a_reason_and_the_audit_keeps_it(customers: ServiceUnderTest, wang: str) -> None:
    for role in ("consultant", "nurse", "doctor", "service_desk"):
        desk = at(customers, "sh-01", role)
        assert desk.post(f"{API}/{wang}/reveal", {}).status_code == 422
        answer = desk.post(f"{API}/{wang}/reveal", {"reason": "术后回访"}, key="again")
        assert (answer.status_code, answer.json["items"][0]["number"]) == (200, PHONE)
        assert audit(customers, "customer.reveal")[-1] == (f"{role}.sh-01", wang, {"reason": "术后回访"})
    assert customers.rows("SELECT count(*) FROM idempotency_key") == [(0,)], "what was revealed is kept nowhere else"
    for role in ("cashier", "it", "screen"):
        assert at(customers, "sh-01", role).post(f"{API}/{wang}/reveal", {"reason": "x"}).status_code == 403
    elsewhere = at(customers, "hz-01", "consultant").post(f"{API}/{wang}/reveal", {"reason": "x"})
    assert (elsewhere.status_code, elsewhere.json["type"]) == (403, "urn:qiantai:problem:file-elsewhere")
    assert len(audit(customers, "customer.reveal")) == 4


def test_a_file_is_its_branchs_until_the_person_comes_or_is_found(customers: ServiceUnderTest, wang: str) -> None:
    desk = at(customers, "hz-01")
    for q in ("", "王小明", "8000", PHONE, "K-100"):
        assert desk.get(f"{API}/", query_string={"q": q} if q else {}).json["items"] == [], q
    for path in ("", "/timeline", "/cards"):
        refused = desk.get(f"{API}/{wang}{path}")
        assert (refused.status_code, refused.json["type"]) == (403, "urn:qiantai:problem:file-elsewhere"), path
    card = {"branch": "hz-01", "number": "H-100", "kind": "member"}
    for refused in (
        desk.patch(f"{API}/{wang}", {"remark": "x"}, etag=1),
        desk.post(f"{API}/{wang}/cards", card),
        desk.post(f"{API}/cards/K-100/revoke", {"reason": "lost"}),
    ):
        assert refused.status_code == 403, refused.json
    assert customers.rows("SELECT remark, version FROM customer") == [(WANG["remark"], 1)]
    assert customers.rows("SELECT number, state FROM card") == [("K-100", "in_use")]
    customers.deliver(scanned(wang, "hz-01"))
    assert desk.get(f"{API}/{wang}").status_code == 200
    assert [one["id"] for one in desk.get(f"{API}/").json["items"]] == [wang]
    assert desk.post(f"{API}/{wang}/cards", card).status_code == 201
    assert at(customers, "bj-01").get(f"{API}/{wang}").status_code == 403


@pytest.mark.parametrize("said", [PHONE, "138 0013 8000", "K-100", "k-100", "C00000001"])
def test_what_only_the_person_could_say_opens_the_file_where_it_is_said(
    customers: ServiceUnderTest, wang: str, said: str
) -> None:
    desk = at(customers, "hz-01")
    for part in ("王小明", "wangxiaoming", "8000"):
        assert find(desk, part, "hz-01") == [], "part of it is not enough"
    assert desk.post(f"{API}/find", {"branch": "sh-01", "q": said}).status_code == 403
    assert find(desk, said, "hz-01") == [wang]
    assert audit(customers, "customer.read")[-1] == ("receptionist.hz-01", None, {"found": 1, "opened": [wang]})
    assert desk.get(f"{API}/{wang}").json["name"] == "王小明"
    assert find(desk, "王小明", "hz-01") == [wang]
    assert find(at(customers, "bj-01"), "王小明", "bj-01") == []


def test_head_office_finds_everywhere_and_opens_nothing(customers: ServiceUnderTest, wang: str) -> None:
    assert find(customers.as_("head_office"), "王小明", "hz-01") == [wang]
    assert customers.rows("SELECT count(*) FROM opened WHERE branch = 'hz-01'") == [(0,)]


def test_reading_in_bulk_is_limited_and_shows(customers: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "A_MINUTE", 30)
    monkeypatch.setattr(looks, "A_DAY", 50)
    monkeypatch.setattr(looks, "MANY", 15)
    minute = datetime(2026, 11, 26, 10, 0, 7, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: minute)
    desk = at(customers, "sh-01")
    files = [desk.post(f"{API}/", {"branch": "sh-01", "name": f"王{n}"}).json["id"] for n in range(10)]
    collector = at(customers, "sh-01", "cashier")

    def page() -> int:
        return int(collector.get(f"{API}/", query_string={"limit": 10}).status_code)

    assert [page(), page()] == [200, 200]
    assert [(actor, details) for actor, _, details in audit(customers, "customer.bulk")] == [
        ("cashier.sh-01", {"files": 20})
    ]
    assert [page(), page(), collector.get(f"{API}/{files[0]}").status_code] == [200, 429, 429]
    assert find(desk, "王1", "sh-01") == [files[1]], "others go on"
    assert at(customers, "sh-01", "nurse").post(f"{API}/{files[0]}/reveal", {"reason": "x"}).status_code == 200
    assert at(customers, "sh-01", "nurse").post(f"{API}/{files[0]}/reveal", {"reason": "x"}).status_code == 429
    minute += timedelta(minutes=1)
    assert [page(), page(), page()] == [200, 200, 429], "the day has its limit too"
    assert len(audit(customers, "customer.bulk")) == 2 + 1, "the nurse's number and both minutes of the cashier"
    minute += timedelta(days=1, minutes=1)
    assert page() == 200
    minute += timedelta(days=2)
    with transaction(
        customers.engine, service().unit_of_work, Context(actor=service_actor("customer"), now=minute)
    ) as uow:
        looks.forget_looks(uow)  # type: ignore[arg-type]
    assert customers.rows("SELECT count(*) FROM look") == [(0,)]


def test_the_history_shows_what_its_reader_may_read_in_the_owning_services(
    customers: ServiceUnderTest, wang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    for branch in ("sh-01", "hz-01"):
        customers.deliver(scanned(wang, branch))
    customers.deliver(
        PaymentReceived(
            branch="hz-01",
            payment=new_id(),
            charge=new_id(),
            customer=wang,
            visit=None,
            tenders=(),
            amount=100,
            due=0,
            currency="CNY",
            received_at=now,
        )
    )
    customers.deliver(
        TreatmentItemUsed(
            branch="sh-01",
            item=new_id(),
            use=new_id(),
            customer=wang,
            visit=None,
            project="nose",
            department="d",
            performer="nina",
            left=1,
            used_at=now,
        )
    )

    def kinds(desk: Desk) -> list[tuple[str, str]]:
        answer = desk.get(f"{API}/{wang}/timeline")
        assert answer.status_code == 200, answer.json
        assert "13800138000" not in str(answer.json), "numbers in notes are hidden"
        return sorted((one["what"].split(".")[1], one["branch"]) for one in answer.json["items"])

    here = [("arrival", "sh-01"), ("treatment_item", "sh-01")]
    there = [("arrival", "hz-01"), ("payment", "hz-01")]
    assert kinds(customers.as_("head_office")) == sorted(here + there)
    assert kinds(at(customers, "sh-01")) == here
    assert kinds(at(customers, "hz-01")) == there
    roles = {**permissions.ROLES, "archive": frozenset({"customer.read", "visit.read", "item.read"})}
    monkeypatch.setattr(permissions, "ROLES", MappingProxyType(roles))
    assert kinds(customers.as_("archive")) == [("treatment_item", "sh-01")], (
        "neither the board nor money is for the archive"
    )
