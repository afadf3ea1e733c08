"""Files over HTTP, on a real database."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from customer.bootstrap import service
from qiantai import clock
from qiantai.actors import Actor
from qiantai.contracts.customer import CardIssued, CardRevoked, CustomerRegistered, CustomerUpdated
from qiantai.service import Service
from qiantai.testing.branches import tell_branch
from qiantai.testing.service import Desk, ServiceUnderTest
from qiantai.web.paging import write_cursor
from werkzeug.test import EnvironBuilder, run_wsgi_app

WANG = {"branch": "sh-01", "name": "王小明", "phones": [{"number": "138 0013 8000"}]}


@pytest.fixture
def customers(under_test: Callable[[Service], ServiceUnderTest]) -> ServiceUnderTest:
    made = under_test(service())
    tell_branch(made, "sh-01")
    return made


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


def test_phones_are_changed_with_one_primary_and_tell_the_others(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    id_ = desk.post("/api/customers/", WANG).json["id"]
    path = f"/api/customers/{id_}"
    phones = [{"number": "138 0013 8000", "note": "本人"}, {"number": "13900001111", "note": "丈夫", "primary": True}]
    edited = desk.patch(path, {"phones": phones}, etag=1)
    assert [(one["number"], one["note"], one["primary"]) for one in edited.json["phones"]] == [
        ("+8613900001111", "丈夫", True),
        ("+8613800138000", "本人", False),
    ]
    assert edited.json["phones"] == desk.get(path).json["phones"]
    [event] = customers.told(CustomerUpdated)
    assert event.phone_tail == "1111"
    assert desk.patch(path, {"phones": phones}, etag=2).headers["ETag"] == '"2"'  # the same again is no edit
    assert desk.patch(path, {"phones": phones[1:]}, etag=1).status_code == 412
    assert desk.patch(path, {"phones": phones[1:]}, etag=2).status_code == 200
    assert desk.get("/api/customers/", query_string={"q": "8000"}).json["items"] == []
    assert desk.post("/api/customers/", {**WANG, "name": "李娜"}).status_code == 201  # the number is free again
    assert desk.patch(path, {"phones": []}, etag=3).json["phones"] == []
    assert customers.told(CustomerUpdated)[-1].phone_tail is None


def test_a_wrong_phone_or_one_of_another_file_changes_nothing(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    first = desk.post("/api/customers/", WANG).json
    other = desk.post("/api/customers/", {"branch": "sh-01", "name": "李娜"}).json
    path = f"/api/customers/{other['id']}"
    wrong = desk.patch(path, {"phones": [{"number": "13900001111"}, {"number": "123"}]}, etag=1)
    assert (wrong.status_code, [one["field"] for one in wrong.json["errors"]]) == (422, ["phones.1.number"])
    known = desk.patch(path, {"phones": [{"number": "13900001111"}, {"number": "13800138000"}]}, etag=1)
    assert (known.status_code, known.json["facts"]) == (409, {"customer": first["id"]})
    assert desk.get(path).json == other
    assert customers.told(CustomerUpdated) == []


def test_who_sees_only_the_ends_of_numbers_does_not_change_them(customers: ServiceUnderTest) -> None:
    file = customers.as_("receptionist").post("/api/customers/", WANG).json
    consultant = customers.as_("consultant")
    path = f"/api/customers/{file['id']}"
    refused = consultant.patch(path, {"phones": consultant.get(path).json["phones"]}, etag=1)
    assert (refused.status_code, [one["field"] for one in refused.json["errors"]]) == (403, ["phones"])


def test_the_referrer_of_a_file_is_another_file(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    wang = desk.post("/api/customers/", WANG).json
    li = desk.post("/api/customers/", {"branch": "sh-01", "name": "李娜"}).json
    path = f"/api/customers/{li['id']}"
    assert desk.patch(path, {"referrer": li["id"]}, etag=1).json["errors"][0]["field"] == "referrer"
    assert desk.patch(path, {"referrer": wang["id"]}, etag=1).json["referrer"] == wang["id"]
    assert [event.referrer for event in customers.told(CustomerUpdated)] == [wang["id"]]
    assert desk.patch(path, {"referrer": None}, etag=2).json["referrer"] is None


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
    assert desk.request("POST", "/api/customers/", data=b"name=x").status_code == 415
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"):
        answer = desk.request("POST", "/api/customers/", data=b'{"name": "x"}', content_type=kind)
        assert (answer.status_code, answer.content_type) == (415, "application/problem+json"), kind
    for body in (b"[" * 50_000, b'{"name": ' + b"1" * 5000 + b"}", b'{"name": NaN}', b'{"name": "\xff"}', b"\x00"):
        answer = desk.request("POST", "/api/customers/", data=body, headers=headers)
        assert (answer.status_code, answer.content_type) == (400, "application/problem+json"), body[:20]
    assert customers.rows("SELECT count(*) FROM customer") == [(0,)]


def test_a_body_in_chunks_is_read(customers: ServiceUnderTest) -> None:
    """No Content-Length is needed: the server says where the body ends, and how much of it there may be."""
    body = json.dumps(WANG).encode()
    for data, status in ((body, 201), (b'"' + b"x" * 1_100_000 + b'"', 413)):
        environ = EnvironBuilder(method="POST", path="/api/customers/", content_type="application/json").get_environ()
        environ |= {"wsgi.input": io.BytesIO(data), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
        environ["HTTP_AUTHORIZATION"] = customers.as_("receptionist")._headers["Authorization"]
        environ.pop("CONTENT_LENGTH", None)
        _, answered, _ = run_wsgi_app(customers.app, environ)
        assert int(answered.split()[0]) == status


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


def names(desk: Desk, q: str) -> list[str]:
    return [one["name"] for one in desk.get("/api/customers/", query_string={"q": q}).json["items"]]


def register(desk: Desk, name: str, **more: Any) -> Any:
    return desk.post("/api/customers/", {"branch": "sh-01", "name": name, **more})


def test_a_card_opens_its_file_whatever_its_number_looks_like(customers: ServiceUnderTest) -> None:
    """Numbers that are valid phones, last digits or a name too are found as cards as well (C2)."""
    desk = customers.as_("receptionist")
    card_holder = register(desk, "会员卡").json
    for number in ("2112345678", "8000", "13800138000", "K-123"):
        card = {"branch": "sh-01", "number": number, "kind": "member"}
        assert desk.post(f"/api/customers/{card_holder['id']}/cards", card).status_code == 201
        assert names(desk, number) == ["会员卡"], number
    register(desk, "王小明", phones=[{"number": "13800138000"}])
    assert names(desk, "13800138000") == ["会员卡", "王小明"]
    assert names(desk, card_holder["number"]) == names(desk, card_holder["number"].lower()) == ["会员卡"]
    assert names(desk, "C99999999") == []


def test_a_cards_letters_have_no_case(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    id_ = register(desk, "王小明").json["id"]
    made = desk.post(f"/api/customers/{id_}/cards", {"branch": "sh-01", "number": "k77a", "kind": "member"})
    assert made.json["number"] == "K77A"
    again = desk.post(f"/api/customers/{id_}/cards", {"branch": "sh-01", "number": "K77a", "kind": "member"})
    assert again.status_code == 409
    assert names(desk, "k77A") == ["王小明"]
    assert desk.post("/api/customers/cards/k77a/revoke", {"reason": "lost"}).status_code == 200


def test_a_name_with_a_digit_is_found(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    register(desk, "王丽1")
    register(desk, "李2008年8000")
    assert names(desk, "王丽1") == names(desk, "王丽") == names(desk, "1") == ["王丽1"]
    assert names(desk, "8000") == ["李2008年8000"]


@pytest.mark.parametrize(
    ("kept", "typed", "searches"),
    [
        (
            "阿依古丽·买买提",
            "阿依古丽・买买提",
            ("阿依古丽·买买提", "阿依古丽•买买提", "阿依古丽・买买提", "阿依古丽买买提"),
        ),
        ("Nguyễn Lan", "Nguye\u0302\u0303n  Lan", ("Nguyễn Lan", "nguyễn", "Nguye\u0302\u0303n Lan", "ＬＡＮ")),
        ("王芳菲", "王\u200b芳菲", ("王芳菲", "王\u2060芳", "芳菲")),
    ],
)
def test_a_name_of_many_spellings_is_one(
    customers: ServiceUnderTest, kept: str, typed: str, searches: tuple[str, ...]
) -> None:
    desk = customers.as_("receptionist")
    assert register(desk, typed).json["name"] == kept
    for q in searches:
        assert names(desk, q) == [kept], q


def test_a_name_is_found_by_pinyin_and_initials_also_a_new_one(customers: ServiceUnderTest) -> None:
    desk = customers.as_("receptionist")
    made = register(desk, "单雄信").json
    register(desk, "Shan Li")
    assert [sorted(names(desk, q)) for q in ("shan", "Shan Xiong'xin", "sxx", "xiong")] == [
        ["Shan Li", "单雄信"],
        ["单雄信"],
        ["单雄信"],
        [],
    ]
    assert desk.patch(f"/api/customers/{made['id']}", {"name": "曾阿牛"}, etag=1).status_code == 200
    assert (names(desk, "sxx"), names(desk, "zengan"), names(desk, "can")) == ([], ["曾阿牛"], ["曾阿牛"])


@pytest.mark.parametrize("q", ["·", "・", "张·"])
def test_a_search_without_letters_finds_nobody(customers: ServiceUnderTest, q: str) -> None:
    desk = customers.as_("receptionist")
    register(desk, "王小明")
    assert names(desk, q) == []


@pytest.mark.parametrize("number", ["I3912345678", "139ABCD5678", "021-62341234 ext 801"])
def test_letters_in_a_phone_are_refused(customers: ServiceUnderTest, number: str) -> None:
    refused = register(customers.as_("receptionist"), "号", phones=[{"number": "13800138000"}, {"number": number}])
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["phones.1.number"]


@pytest.mark.parametrize(
    ("branch", "zone", "typed", "kept"),
    [
        ("la-01", "America/Los_Angeles", "(212) 555-0123", "+12125550123"),
        ("tyo-01", "Asia/Tokyo", "090-1234-5678", "+819012345678"),
        ("utc-01", "Etc/GMT-4", "138 0013 8001", "+8613800138001"),
        ("hk-01", "Asia/Hong_Kong", "9123 4567", "+85291234567"),
    ],
)
def test_a_local_phone_is_one_of_the_branchs_country(
    customers: ServiceUnderTest, branch: str, zone: str, typed: str, kept: str
) -> None:
    tell_branch(customers, branch, timezone=zone)
    desk = customers.as_("receptionist")
    made = desk.post("/api/customers/", {"branch": branch, "name": "号", "phones": [{"number": typed}]})
    assert made.json["phones"][0]["number"] == kept
    assert names(desk, typed) == names(desk, kept) == ["号"]


def test_one_phone_entered_twice_is_one(customers: ServiceUnderTest) -> None:
    """No file that was never made is named."""
    twice = [{"number": "13800138000"}, {"number": "+86 138 0013 8000", "note": "母亲", "primary": True}]
    made = register(customers.as_("receptionist"), "重复", phones=twice)
    assert made.status_code == 201, made.json
    assert made.json["phones"] == [{"number": "+8613800138000", "note": "母亲", "primary": True}]


def test_today_is_the_branchs_day(customers: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noon UTC is tomorrow in Auckland; before eight in Shanghai it is yesterday in UTC."""
    tell_branch(customers, "akl-01", timezone="Pacific/Auckland")
    head = customers.as_("head_office")
    for branch, now, today, tomorrow in (
        ("akl-01", "2026-11-26T12:00:00+00:00", "2026-11-27", "2026-11-28"),
        ("sh-01", "2026-11-26T17:00:00+00:00", "2026-11-27", "2026-11-28"),
    ):
        monkeypatch.setattr(clock, "now", lambda now=now: datetime.fromisoformat(now))
        born = {"branch": branch, "name": "Baby", "birthday": today}
        made = head.post("/api/customers/", born)
        assert made.status_code == 201, made.json
        assert head.post("/api/customers/", {**born, "birthday": tomorrow}).status_code == 422
        path = f"/api/customers/{made.json['id']}"
        assert head.patch(path, {"birthday": tomorrow}, etag=1).status_code == 422


@pytest.mark.parametrize("birthday", ["0096-05-01", "1899-12-31"])
def test_a_mistyped_year_of_birth_is_refused(customers: ServiceUnderTest, birthday: str) -> None:
    desk = customers.as_("receptionist")
    assert register(desk, "年份", birthday=birthday).json["errors"][0]["field"] == "birthday"
    made = register(desk, "年份").json
    refused = desk.patch(f"/api/customers/{made['id']}", {"birthday": birthday}, etag=1)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "birthday")


def test_a_closed_or_unknown_branch_takes_no_file_and_no_card(customers: ServiceUnderTest) -> None:
    tell_branch(customers, "old-01", active=False)
    desk = customers.as_("receptionist")
    id_ = register(desk, "关店").json["id"]
    for branch in ("old-01", "sh-1", "SH-01"):
        refused = desk.post("/api/customers/", {"branch": branch, "name": "关店"})
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "branch")
        card = {"branch": branch, "number": "K100", "kind": "member"}
        assert desk.post(f"/api/customers/{id_}/cards", card).status_code == 422
