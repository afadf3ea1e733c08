"""Sign-in, staff accounts and branches over HTTP (G8)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from device_gateway.bootstrap import service
from device_gateway.cli import app as command
from device_gateway.domain.tries import Limit, Tries, closed_for, one_more
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.service import Service
from qiantai.testing.service import ISSUER, Desk, ServiceUnderTest
from qiantai.web.tokens import TokenVerifier
from typer.testing import CliRunner
from werkzeug.test import TestResponse

WANG_SAYS = "correct horse"
WANG = {"name": "王丽", "roles": ["receptionist"], "branches": ["sh-01"], "password": WANG_SAYS}
FIRST = "for the first day"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
SHANGHAI = {"name_zh": "上海一店", "name_en": "Shanghai 1"}


def sign_in(door: ServiceUnderTest, staff: str = "wang.li", password: str = WANG_SAYS) -> TestResponse:
    return door.nobody().post("/api/gateway/sign-in", {"staff": staff, "password": password})


def change_password(door: ServiceUnderTest, staff: str, password: str, other: str) -> TestResponse:
    words = {"staff": staff, "password": password, "new_password": other}
    return door.nobody().post("/api/gateway/password", words)


def wang_works_here(door: ServiceUnderTest, **change: object) -> Desk:
    """Make the account, take a password of one's own, and sign in."""
    made = door.as_("head_office").put("/api/gateway/staff/wang.li", {**WANG, "password": FIRST, **change})
    assert made.status_code == 200, made.json
    changed = change_password(door, "wang.li", FIRST, WANG_SAYS)
    assert changed.status_code == 200, changed.json
    return desk_of(door, changed)


def desk_of(door: ServiceUnderTest, signed: TestResponse) -> Desk:
    return Desk(door.app.test_client(), signed.json["token"])


@pytest.mark.usefixtures("branches")
def test_a_new_account_signs_in_and_its_token_works_everywhere(door: ServiceUnderTest, jwks: Path) -> None:
    made = door.as_("head_office").put("/api/gateway/staff/wang.li", {**WANG, "password": FIRST})
    assert (made.status_code, made.json["version"]) == (200, 1), made.json
    assert "password" not in made.get_data(as_text=True)
    assert change_password(door, "wang.li", FIRST, WANG_SAYS).status_code == 200
    signed = sign_in(door)
    assert signed.status_code == 200
    assert (signed.json["staff"], signed.json["roles"], signed.json["branches"]) == (
        "wang.li",
        ["receptionist"],
        ["sh-01"],
    )
    actor = TokenVerifier(str(jwks), ISSUER).actor(signed.json["token"])
    assert (actor.id, actor.name, actor.roles, actor.branches) == ("wang.li", "王丽", {"receptionist"}, {"sh-01"})
    assert door.nobody().get("/api/gateway/jwks").json == json.loads(jwks.read_text())
    event = door.told(StaffChanged)[0]
    assert (event.staff, event.roles, event.branches, event.active) == ("wang.li", ("receptionist",), ("sh-01",), True)
    assert FIRST not in str(door.rows("SELECT * FROM staff, audit, outbox, idempotency_key"))
    assert "correct horse" not in str(door.rows("SELECT * FROM staff, audit, outbox, idempotency_key"))


@pytest.mark.usefixtures("branches")
def test_wrong_passwords_and_unknown_names_get_the_same_answer_and_lock_the_name(door: ServiceUnderTest) -> None:
    door.as_("head_office").put("/api/gateway/staff/wang.li", WANG)
    for staff in ("wang.li", "nobody"):
        answers = [sign_in(door, staff, "wrong") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        assert len({answer.get_data() for answer in answers[:5]}) == 1
        assert 290 < int(answers[5].headers["Retry-After"]) <= 300
    assert sign_in(door).status_code == 429  # the right password does not help now
    assert sign_in(door, "x").status_code == 401
    head = door.as_("head_office")
    assert head.put("/api/gateway/staff/wang.li", {**WANG, "password": "another horse"}, etag=1).status_code == 200
    assert change_password(door, "wang.li", "another horse", WANG_SAYS).status_code == 200  # a reset opens the lock


def test_guessing_at_the_same_moment_does_not_get_round_the_lock(door: ServiceUnderTest) -> None:
    door.as_("head_office").put("/api/gateway/staff/wang.li", WANG)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(sign_in(door, password="wrong").status_code)) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {401, 429, 503}
    while answers[-1] != 429:  # whose turn had not come tries again
        answers.append(sign_in(door, password="wrong").status_code)
    assert answers.count(401) == 5


def test_the_lock_ends_with_time() -> None:
    start = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    limit = Limit(tries=5, pause=timedelta(minutes=5))
    tries = Tries(name="wang.li", source="192.0.2.1")
    for n in range(5):
        assert closed_for(tries, limit, start + timedelta(minutes=n)) is None
        tries = one_more(tries, limit, start + timedelta(minutes=n))
    assert closed_for(tries, limit, start + timedelta(minutes=4)) == timedelta(minutes=5)
    assert closed_for(tries, limit, start + timedelta(minutes=8)) == timedelta(minutes=1)
    assert closed_for(tries, limit, start + timedelta(minutes=9)) is None
    assert one_more(tries, limit, start + timedelta(minutes=9)).wrong == 1


@pytest.mark.usefixtures("branches")
def test_a_closed_account_gets_no_new_token(door: ServiceUnderTest) -> None:
    head = door.as_("head_office")
    head.put("/api/gateway/staff/wang.li", WANG)
    wang = door.as_("receptionist", id_="wang.li")
    assert wang.post("/api/gateway/token").json["branches"] == ["sh-01"]
    assert head.put("/api/gateway/staff/wang.li", {**WANG, "active": False}, etag=1).status_code == 200
    assert wang.post("/api/gateway/token").status_code == 401
    assert sign_in(door).status_code == 401
    assert door.nobody().post("/api/gateway/token").status_code == 401


@pytest.mark.usefixtures("branches")
def test_nobody_gives_more_than_they_hold(door: ServiceUnderTest) -> None:
    head = door.as_("branch_head", branches=["sh-01"])
    path = "/api/gateway/staff/wang.li"
    assert head.put(path, WANG).status_code == 200
    version = 1
    for change, field in (
        ({"roles": ["head_office"]}, "roles"),
        ({"roles": ["it"]}, "roles"),
        ({"branches": ["*"]}, "branches"),
        ({"branches": ["sh-01", "hz-01"]}, "branches"),
    ):
        refused = head.put(path, {**WANG, **change}, etag=version)
        assert refused.status_code == 403
        assert [error["field"] for error in refused.json["errors"]] == [field]
    assert (
        door.as_("head_office")
        .put("/api/gateway/staff/boss", {**WANG, "roles": ["head_office"], "branches": ["*"]})
        .status_code
        == 200
    )
    taken_over = head.put("/api/gateway/staff/boss", {**WANG, "password": "now it is mine"}, etag=1)
    assert taken_over.status_code == 403
    assert door.as_("receptionist").put(path, WANG).status_code == 403
    assert head.get("/api/gateway/staff/boss").status_code == 200  # works in every branch, so also in this one
    assert door.as_("branch_head", branches=["hz-01"]).get(path).status_code == 404
    assert [one["staff"] for one in door.as_("it", branches=["hz-01"]).get("/api/gateway/staff").json["items"]] == [
        "boss"
    ]
    assert len(door.told(StaffChanged)) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"roles": ["king"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"branches": ["a b"]}, "branches.0"),
        ({"password": "short"}, "password"),
        ({"name": "a\x00"}, "name"),
        ({"password": None}, "password"),
    ],
)
def test_bad_accounts_name_the_field_and_change_nothing(
    door: ServiceUnderTest, change: dict[str, object], field: str
) -> None:
    body = {name: value for name, value in {**WANG, **change}.items() if value is not None}
    refused = door.as_("head_office").put("/api/gateway/staff/wang.li", body)
    assert refused.status_code == 422
    assert field in [error["field"] for error in refused.json["errors"]]
    assert door.told() == []


@pytest.mark.parametrize("name", ["system", "chain", "anonymous", "ALL", "supervisor", "Online", "department"])
def test_what_means_something_else_is_no_accounts_name(door: ServiceUnderTest, name: str) -> None:
    refused = door.as_("head_office").put(f"/api/gateway/staff/{name}", WANG)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "staff")
    assert door.rows("SELECT count(*) FROM staff WHERE id = %s", name) == [(0,)]


@pytest.mark.usefixtures("branches")
def test_no_second_account_has_the_name_in_other_letters(door: ServiceUnderTest) -> None:
    wang_works_here(door)
    refused = door.as_("head_office").put("/api/gateway/staff/Wang.Li", WANG)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (409, "staff")
    assert refused.json["facts"] == {"code": "wang.li"}
    assert door.rows("SELECT id FROM staff WHERE lower(id) = 'wang.li'") == [("wang.li",)]


@pytest.mark.parametrize("currency", ["ABC", "XTS", "cny"])
def test_a_branchs_currency_is_one_of_iso_4217(door: ServiceUnderTest, currency: str) -> None:
    refused = door.as_("head_office").put("/api/gateway/branches/sh-01", {**SHANGHAI, "currency": currency})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "currency")
    assert "ISO 4217" in str(refused.json["errors"][0])


@pytest.mark.usefixtures("branches")
def test_the_same_account_again_tells_nothing(door: ServiceUnderTest) -> None:
    head = door.as_("head_office")
    for _ in range(2):
        assert head.put("/api/gateway/staff/wang.li", WANG).json["version"] == 1
    assert head.put("/api/gateway/staff/wang.li", {**WANG, "name": "王莉"}, etag=1).json["version"] == 2
    assert [event.name for event in door.told(StaffChanged)] == ["王丽", "王莉"]


def test_branches(door: ServiceUnderTest) -> None:
    head = door.as_("head_office")
    made = head.put("/api/gateway/branches/sh-01", SHANGHAI)
    assert made.json["timezone"] == "Asia/Shanghai"
    head.put("/api/gateway/branches/hz-01", {**SHANGHAI, "name_zh": "杭州"})
    assert head.put("/api/gateway/branches/sh-01", SHANGHAI).json["version"] == 1
    assert (
        head.put("/api/gateway/branches/sh-01", {**SHANGHAI, "timezone": "Mars/Base"}).json["errors"][0]["field"]
        == "timezone"
    )
    assert head.put("/api/gateway/branches/chain", SHANGHAI).status_code == 422
    assert door.as_("receptionist").put("/api/gateway/branches/sh-01", SHANGHAI).status_code == 403
    assert door.as_("it", branches=["hz-01"]).put("/api/gateway/branches/sh-01", SHANGHAI).status_code == 403
    mine = door.as_("receptionist", branches=["sh-01"]).get("/api/gateway/branches").json["items"]
    assert [branch["code"] for branch in mine] == ["sh-01"]
    assert [(event.code, event.name_zh) for event in door.told(BranchChanged)] == [
        ("sh-01", "上海一店"),
        ("hz-01", "杭州"),
    ]


@pytest.mark.parametrize("code", ["sh.01", "a" * 61, "sh 01", "-sh"])
def test_a_code_that_no_branch_can_have_is_refused_by_name(door: ServiceUnderTest, code: str) -> None:
    head = door.as_("head_office")
    refused = head.put(f"/api/gateway/branches/{code}", SHANGHAI)
    assert (refused.status_code, refused.json["type"]) == (422, "urn:qiantai:problem:not-a-branch-code")
    assert [error["field"] for error in refused.json["errors"]] == ["branch"]
    refused = head.put("/api/gateway/staff/wang.li", {**WANG, "branches": ["sh-01", code]})
    assert (refused.status_code, [error["field"] for error in refused.json["errors"]]) == (422, ["branches.1"])
    assert (door.told(), door.rows("SELECT 1 FROM branch, staff")) == ([], [])


def test_an_account_works_in_branches_that_there_are(door: ServiceUnderTest) -> None:
    head, path = door.as_("head_office"), "/api/gateway/staff/zz"
    assert head.put("/api/gateway/branches/hz-01", SHANGHAI).status_code == 200
    refused = head.put(path, {**WANG, "branches": ["nope", "hz-01", "HZ-01"]})
    assert (refused.status_code, refused.json["type"]) == (422, "urn:qiantai:problem:no-such-branch"), refused.json
    assert [error["field"] for error in refused.json["errors"]] == ["branches.0", "branches.2"]
    assert door.rows("SELECT 1 FROM staff") == []
    assert head.put(path, {**WANG, "branches": ["*", "hz-01"]}).status_code == 200


def test_an_account_keeps_a_branch_that_it_has(door: ServiceUnderTest) -> None:
    """Whoever was let in for a branch that was never made can still be dismissed."""
    head, path = door.as_("head_office"), "/api/gateway/staff/wang.li"
    assert head.put("/api/gateway/branches/hz-01", SHANGHAI).status_code == 200
    made = head.put(path, {**WANG, "branches": ["hz-01"]}).json
    door.rows("UPDATE staff SET branches = '{nope}' RETURNING id")
    body = {"name": made["name"], "roles": made["roles"], "branches": ["nope"], "active": False}
    assert head.put(path, body, etag=1).status_code == 200
    assert head.put(path, {**body, "branches": ["nope", "never"]}, etag=2).json["errors"][0]["field"] == "branches.1"


def test_a_gateway_without_a_key_says_so(
    under_test: Callable[[Service], ServiceUnderTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QIANTAI_SIGNING_KEY", raising=False)
    assert under_test(service()).nobody().get("/api/gateway/jwks").status_code == 503


def test_the_first_account_comes_from_the_command_line(door: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANTAI_DATABASE_DEVICE_GATEWAY", door.settings.database_url)
    monkeypatch.setenv("QIANTAI_JWKS", door.settings.jwks)
    words = ["admin", "--staff", "root", "--name", "总部"]
    assert CliRunner().invoke(command, words, env={"QIANTAI_ADMIN_PASSWORD": "short"}).exit_code != 0
    done = CliRunner().invoke(command, words, env={"QIANTAI_ADMIN_PASSWORD": "a long password"})
    assert done.exit_code == 0, done.output
    assert sign_in(door, "root", "a long password").json["roles"] == ["head_office", "it"]
    assert [event.branches for event in door.told(StaffChanged)] == [("*",)]


def test_the_console_and_the_documentation_are_served_from_here_alone(
    under_test: Callable[[Service], ServiceUnderTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "console").mkdir()
    (tmp_path / "index.html").write_text("<title>built</title>", "utf-8")
    (tmp_path / "console" / "main-1a.js").write_text("1", "utf-8")
    monkeypatch.setenv("QIANTAI_CONSOLE", str(tmp_path))
    nobody = under_test(service()).nobody()
    for path in ("/", "/board", "/console/main-1a.js", "/icon.svg", "/api/docs/", "/api/docs/swagger-ui-bundle.js"):
        answer = nobody.get(path, headers=BROWSER)
        assert answer.status_code == 200, path
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        answer.close()
    assert {entry["url"] for entry in nobody.get("/api/docs/services.json").json} >= {"/api/gateway/openapi.json"}
    for path in ("/console/../index.html", "/console/%2e%2e/index.html", "/main.js", "/api/nothing", "/../cli.py"):
        assert nobody.get(path, headers=BROWSER).status_code == 404, path
    assert nobody.get("/board").status_code == 404
    assert "immutable" in nobody.get("/console/main-1a.js").headers["Cache-Control"]
    assert nobody.get("/customers/somebody", headers=BROWSER).headers["Cache-Control"] == "no-cache"


def test_without_a_built_console_the_page_says_what_to_do(
    under_test: Callable[[Service], ServiceUnderTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIANTAI_CONSOLE", str(tmp_path))
    said = under_test(service()).nobody().get("/board", headers=BROWSER).text
    assert "make run" in said
    assert "npm" in said
