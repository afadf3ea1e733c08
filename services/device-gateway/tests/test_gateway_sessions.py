"""Who gives which rights, and when sessions end (G8)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from device_gateway.domain.door import SCREEN_LASTS, SESSION_LASTS
from device_gateway.domain.errors import WeakPassword
from device_gateway.domain.passwords import check_password
from qiantai import clock, permissions
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.testing.service import ISSUER, Desk, ServiceUnderTest
from qiantai.web.tokens import TokenSigner, TokenVerifier
from werkzeug.test import TestResponse

pytestmark = pytest.mark.usefixtures("branches")

FIRST, OWN = "for the first day", "correct horse"
STAFF = "/api/gateway/staff"


def account(*roles: str, branches: tuple[str, ...] = ("sh-01",), **more: object) -> dict[str, object]:
    return {"name": "某人", "roles": list(roles), "branches": list(branches), **more}


def sign_in(door: ServiceUnderTest, staff: str, password: str = OWN) -> TestResponse:
    return door.nobody().post("/api/gateway/sign-in", {"staff": staff, "password": password})


def works(door: ServiceUnderTest, staff: str, *roles: str, branches: tuple[str, ...] = ("sh-01",)) -> Desk:
    """Make an account with a password of its own and sign in."""
    body = account(*roles, branches=branches, password=FIRST)
    made = door.as_("head_office").put(f"{STAFF}/{staff}", body)
    assert made.status_code == 200, made.json
    words = {"staff": staff, "password": FIRST, "new_password": OWN}
    signed = door.nobody().post("/api/gateway/password", words)
    assert signed.status_code == 200, signed.json
    return Desk(door.app.test_client(), signed.json["token"])


def edit(desk: Desk, staff: str, change: Mapping[str, object], door: ServiceUnderTest) -> TestResponse:
    """Edit an account as it is at this moment."""
    loaded = door.as_("head_office").get(f"{STAFF}/{staff}")
    body = {name: loaded.json[name] for name in ("name", "roles", "branches", "active")}
    return desk.put(f"{STAFF}/{staff}", {**body, **change}, etag=loaded.headers["ETag"])


def test_whoever_edits_staff_gives_only_what_they_hold_themselves(door: ServiceUnderTest) -> None:
    everything = set(permissions.ROLES)
    desks = everything - {"branch_head", "head_office", "it"}
    may_give = {"head_office": everything, "branch_head": desks, "it": {"screen"}}
    for giver, given in may_give.items():
        here = door.as_(giver, branches=["sh-01"])
        for role in everything:
            made = here.put(f"{STAFF}/{giver}.{role}", account(role, password=FIRST))
            assert (made.status_code == 200) is (role in given), (giver, role, made.json)
            elsewhere = here.put(f"{STAFF}/{giver}.{role}.all", account(role, branches=("*",), password=FIRST))
            assert elsewhere.status_code == 403, (giver, role)


@pytest.mark.parametrize("role", ["it", "branch_head", "head_office"])
def test_nobody_lifts_their_own_account(door: ServiceUnderTest, role: str) -> None:
    me = works(door, "me", role)
    for change in ({"branches": ["*"]}, {"branches": ["sh-01", "hz-01"]}):
        assert edit(me, "me", change, door).status_code == 403
    if role != "head_office":
        assert edit(me, "me", {"roles": ["head_office"]}, door).status_code == 403
    assert edit(me, "me", {"password": "a password of mine"}, door).json["type"].endswith("own-password")


@pytest.mark.parametrize("other", ["branch_head", "it", "head_office"])
def test_a_branch_head_cannot_touch_a_peer_or_a_higher_account(door: ServiceUnderTest, other: str) -> None:
    head = works(door, "head", "branch_head")
    works(door, "other", other)
    for change in ({"password": "now it is mine"}, {"active": False}, {"name": "别人"}):
        assert edit(head, "other", change, door).status_code == 403
    assert head.post(f"{STAFF}/other/sign-out").status_code == 403
    assert sign_in(door, "other").status_code == 200


def test_an_edit_needs_the_version_that_was_loaded(door: ServiceUnderTest) -> None:
    head = door.as_("head_office")
    made = head.put(f"{STAFF}/li", account("receptionist", password=FIRST))
    assert made.headers["ETag"] == '"1"'
    renamed = account("receptionist", name="李")
    assert head.put(f"{STAFF}/li", renamed).status_code == 428
    assert head.put(f"{STAFF}/li", renamed, etag=7).status_code == 412
    assert head.put(f"{STAFF}/li", renamed, etag=1).headers["ETag"] == '"2"'
    assert head.put(f"{STAFF}/li", account("receptionist"), etag=1).status_code == 412
    assert head.put(f"{STAFF}/new", account("receptionist", password=FIRST), etag=1).status_code == 412
    branch = {"name_zh": "一店", "name_en": "One"}
    assert head.put("/api/gateway/branches/sz-01", branch).status_code == 200
    assert head.put("/api/gateway/branches/sz-01", {**branch, "active": False}).status_code == 428
    assert head.put("/api/gateway/branches/sz-01", {**branch, "active": False}, etag=1).json["active"] is False
    assert head.put("/api/gateway/branches/sz-01", {**branch, "name_en": "1"}, etag=2).json["active"] is False


def test_active_left_out_is_unchanged(door: ServiceUnderTest) -> None:
    works(door, "li", "receptionist")
    head = door.as_("head_office")
    assert edit(head, "li", {"active": False}, door).json["active"] is False
    closed = head.get(f"{STAFF}/li")
    again = head.put(f"{STAFF}/li", account("receptionist", name="李"), etag=closed.headers["ETag"])
    assert (again.status_code, again.json["active"]) == (200, False)
    assert sign_in(door, "li").status_code == 401


def test_a_dismissed_or_demoted_persons_token_does_nothing_more(door: ServiceUnderTest) -> None:
    office = door.as_("head_office")
    boss = works(door, "boss", "head_office", branches=("*",))
    for change in ({"active": False}, {"active": True, "roles": ["receptionist"]}):
        assert edit(office, "boss", change, door).status_code == 200
        assert edit(boss, "boss", {"active": True, "roles": ["head_office"]}, door).status_code == 401
        assert boss.get(STAFF).status_code == 401
        assert boss.post("/api/gateway/token").status_code == 401
    outer = door.as_("head_office", id_="boss")  # a token of another issuer acts with the rights of the account here
    assert edit(outer, "boss", {"roles": ["head_office"]}, door).status_code == 403


def told_generations(door: ServiceUnderTest) -> list[int]:
    return [event.generation for event in door.told(StaffChanged) if event.staff == "li"]


def test_every_session_ends_with_a_new_password_other_rights_a_dismissal_and_a_sign_out_everywhere(
    door: ServiceUnderTest,
) -> None:
    office = door.as_("head_office")
    one = works(door, "li", "receptionist")
    other = Desk(door.app.test_client(), sign_in(door, "li").json["token"])

    def ended() -> bool:
        answers = {desk.get("/api/gateway/branches").status_code for desk in (one, other)}
        assert len(answers) == 1
        return answers == {401}

    generation = told_generations(door)[-1]
    assert edit(office, "li", {"name": "李"}, door).status_code == 200
    assert not ended()
    assert told_generations(door)[-1] == generation
    ends = (
        lambda: edit(office, "li", {"branches": ["sh-01", "hz-01"]}, door),
        lambda: edit(office, "li", {"roles": ["receptionist", "cashier"]}, door),
        lambda: edit(office, "li", {"active": False}, door),
        lambda: office.post(f"{STAFF}/li/sign-out"),
        lambda: one.post("/api/gateway/sign-out-everywhere"),
        lambda: door.nobody().post(
            "/api/gateway/password", {"staff": "li", "password": OWN, "new_password": "another horse"}
        ),
    )
    for end in ends:
        assert end().status_code in (200, 204)
        assert ended()
        assert told_generations(door)[-1] > generation
        generation = told_generations(door)[-1]
        edit(office, "li", {"active": True}, door)
        password = OWN if sign_in(door, "li").status_code == 200 else "another horse"
        one, other = (Desk(door.app.test_client(), sign_in(door, "li", password).json["token"]) for _ in range(2))
        assert not ended()


def test_a_sign_out_ends_one_session(door: ServiceUnderTest) -> None:
    one = works(door, "li", "receptionist")
    other = Desk(door.app.test_client(), sign_in(door, "li").json["token"])
    renewed = Desk(door.app.test_client(), one.post("/api/gateway/token").json["token"])
    assert one.post("/api/gateway/sign-out").status_code == 204
    assert one.post("/api/gateway/token").status_code == 401
    assert renewed.get("/api/gateway/branches").status_code == 401
    assert other.post("/api/gateway/token").status_code == 200


@pytest.mark.parametrize(("role", "lasts"), [("receptionist", SESSION_LASTS), ("screen", SCREEN_LASTS)])
def test_a_session_ends_however_often_it_is_renewed(
    door: ServiceUnderTest, jwks: Path, monkeypatch: pytest.MonkeyPatch, role: str, lasts: timedelta
) -> None:
    began = clock.now()
    desk = works(door, "li", role)
    moved = lasts - timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: began + moved)
    answer: dict[str, Any] = desk.post("/api/gateway/token").json
    left = TokenVerifier(str(jwks), ISSUER)._decode(answer["token"])["exp"] - (began + moved).timestamp()  # type: ignore[operator]
    assert 9 * 60 < left < 11 * 60
    monkeypatch.setattr(clock, "now", lambda: began + lasts + timedelta(minutes=1))
    assert desk.post("/api/gateway/token").json["type"].endswith("session-over")


def test_who_got_a_password_from_somebody_else_can_do_nothing_but_change_it(door: ServiceUnderTest) -> None:
    works(door, "li", "receptionist")
    assert edit(door.as_("head_office"), "li", {"password": FIRST}, door).json["must_change"] is True
    refused = sign_in(door, "li", FIRST)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:qiantai:problem:password-must-change")
    assert "token" not in refused.json
    words = {"staff": "li", "password": FIRST, "new_password": FIRST}
    assert door.nobody().post("/api/gateway/password", words).json["type"].endswith("weak-password")
    words["new_password"] = "my own words"
    assert door.nobody().post("/api/gateway/password", words).status_code == 200
    assert sign_in(door, "li", "my own words").status_code == 200
    assert door.as_("head_office").get(f"{STAFF}/li").json["must_change"] is False


def test_a_password_is_changed_with_the_old_one(door: ServiceUnderTest) -> None:
    works(door, "li", "receptionist")
    wrong = {"staff": "li", "password": "not this one", "new_password": "another horse"}
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    answers = [
        door.nobody().post("/api/gateway/password", wrong, environ_overrides=elsewhere).status_code for _ in range(6)
    ]
    assert answers == [401] * 5 + [429]  # it counts like a sign-in
    assert sign_in(door, "li", "another horse").status_code != 200


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password12",
        "Password!!2026",
        "1234567890",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "wang.li2026",
        "WANG.LI!!!",
        "王丽王丽王丽王丽王丽",
        "2026qiantai",
        "1q2w3e4r5t",
        "88888888888",
        "my",
    ],
)
def test_weak_passwords_are_refused_wherever_one_is_set(door: ServiceUnderTest, password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, staff="wang.li", name="王丽")
    given = door.as_("head_office").put(
        f"{STAFF}/wang.li", {**account("receptionist", password=password), "name": "王丽"}
    )
    assert given.status_code == 422
    assert [error["field"] for error in given.json["errors"]] == ["password"]


@pytest.mark.parametrize("password", ["correct horse", "qiantai-demo", "门口那棵老槐树开花了", "x9-Lampe-kanal"])
def test_other_passwords_are_taken(password: str) -> None:
    check_password(password, staff="wang.li", name="王丽")


def test_tokens_that_lie_about_their_session_are_refused(door: ServiceUnderTest, signer: TokenSigner) -> None:
    works(door, "li", "receptionist")
    actor = TokenVerifier(door.settings.jwks, ISSUER).actor(sign_in(door, "li").json["token"])
    for stamp in ({"gen": 1}, {"gen": 99}, {"gen": "2"}, {"gen": [2]}, {"gen": 2, "auth_time": "x"}):
        token = signer.sign(actor, now=time.time(), seconds=60, session=stamp)
        assert Desk(door.app.test_client(), token).get("/api/gateway/branches").status_code == 401, stamp
