"""A locked screen opens with the PIN of its device while its session goes on (G8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from device_gateway.domain.errors import WeakPin
from device_gateway.domain.pins import WRONG_PINS, check_pin
from flask.testing import FlaskClient
from qiantai import clock
from qiantai.testing.service import ServiceUnderTest
from werkzeug.test import TestResponse

pytestmark = pytest.mark.usefixtures("branches")

FIRST, OWN, PIN = "for the first day", "correct horse", "4719"


@pytest.fixture
def browser(door: ServiceUnderTest) -> FlaskClient:
    body = {"name": "某人", "roles": ["receptionist"], "branches": ["sh-01"], "password": FIRST}
    assert door.as_("head_office").put("/api/gateway/staff/desk", body).status_code == 200
    words = {"staff": "desk", "password": FIRST, "new_password": OWN}
    client = door.app.test_client()
    assert client.post("/api/gateway/password", json=words).status_code == 200
    return client


def entered(browser: FlaskClient) -> dict[str, Any]:
    answer = browser.post("/api/gateway/sign-in", json={"staff": "desk", "password": OWN})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def bearing(signed: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {signed['token']}"}


def set_pin(browser: FlaskClient, signed: dict[str, Any], pin: str = PIN) -> TestResponse:
    return browser.put("/api/gateway/pin", json={"pin": pin}, headers=bearing(signed))


def unlock(browser: FlaskClient, signed: dict[str, Any], pin: str = PIN) -> TestResponse:
    return browser.post("/api/gateway/unlock", json={"ticket": signed["ticket"], "pin": pin})


def kind(answer: TestResponse) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


def test_the_pin_goes_on_with_the_session_also_when_its_token_has_expired(
    door: ServiceUnderTest, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = entered(browser)
    assert (signed["pin"], signed["locks_after"]) == (False, 5)
    assert kind(unlock(browser, signed)) == "no-pin"
    assert set_pin(browser, signed).status_code == 204
    assert browser.get("/api/gateway/branches", headers=bearing(unlock(browser, signed).json)).status_code == 200
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    opened = unlock(browser, signed)
    assert (opened.status_code, opened.json["pin"], opened.json["staff"]) == (200, True, "desk")
    assert entered(browser)["pin"]  # the next session on this device has it too
    much_later = clock.now() + timedelta(hours=12)
    monkeypatch.setattr(clock, "now", lambda: much_later)
    assert kind(unlock(browser, signed)) == "session-ended"
    assert door.rows("SELECT details->>'outcome' FROM audit WHERE subject IS NULL AND details->>'outcome' ~ 'PIN'")


def test_five_wrong_pins_end_the_session(door: ServiceUnderTest, browser: FlaskClient) -> None:
    signed = entered(browser)
    set_pin(browser, signed)
    unlock(browser, signed, "4718")
    assert unlock(browser, signed).status_code == 200  # a right one begins the count anew
    answers = [unlock(browser, signed, "4718") for _ in range(WRONG_PINS)]
    assert [kind(one) for one in answers] == ["wrong-pin"] * (WRONG_PINS - 1) + ["session-ended"]
    assert [one.json["facts"]["left"] for one in answers[:-1]] == [4, 3, 2, 1]
    assert unlock(browser, signed).status_code == 401
    assert browser.get("/api/gateway/branches", headers=bearing(signed)).status_code == 401
    assert not entered(browser)["pin"]
    assert door.rows("SELECT count(*) FROM audit WHERE details->>'outcome' = 'too many wrong PINs'") == [(1,)]


def test_a_ticket_opens_nothing_by_itself_elsewhere_or_after_its_session(
    door: ServiceUnderTest, browser: FlaskClient
) -> None:
    signed = entered(browser)
    set_pin(browser, signed)
    other = door.app.test_client()
    assert kind(unlock(other, signed)) == "no-pin"  # another device
    assert (
        browser.get("/api/gateway/branches", headers={"Authorization": f"Bearer {signed['ticket']}"}).status_code == 401
    )
    assert kind(unlock(browser, {"ticket": signed["token"]})) == "session-ended"
    assert kind(unlock(browser, {"ticket": "a.b.c"})) == "session-ended"
    browser.post("/api/gateway/sign-out", headers=bearing(signed))
    assert kind(unlock(browser, signed)) == "session-ended"
    again = entered(browser)
    door.as_("head_office").post("/api/gateway/staff/desk/sign-out")
    assert kind(unlock(browser, again)) == "session-ended"


def test_a_locked_screen_that_is_left_to_another_ends_the_session(door: ServiceUnderTest, browser: FlaskClient) -> None:
    signed, other = entered(browser), entered(browser)
    set_pin(browser, signed)
    give_up = [browser.post("/api/gateway/give-up", json={"ticket": signed["ticket"]}) for _ in range(2)]
    assert [one.status_code for one in give_up] == [204, 204]
    assert browser.get("/api/gateway/branches", headers=bearing(signed)).status_code == 401
    assert kind(unlock(browser, signed)) == "session-ended"
    assert browser.get("/api/gateway/branches", headers=bearing(other)).status_code == 200
    assert browser.post("/api/gateway/give-up", json={"ticket": other["token"]}).status_code == 204  # no ticket
    assert browser.get("/api/gateway/branches", headers=bearing(other)).status_code == 200
    assert door.rows("SELECT details->>'staff' FROM audit WHERE details->>'outcome' = 'session given up'")[0] == (
        "desk",
    )


def test_a_pin_is_hashed_taken_off_and_gone_with_a_new_password(door: ServiceUnderTest, browser: FlaskClient) -> None:
    signed = entered(browser)
    set_pin(browser, signed)
    [(hash_,)] = door.rows("SELECT hash FROM pin")
    assert hash_.startswith("$argon2id$")
    assert browser.delete("/api/gateway/pin", headers=bearing(signed)).status_code == 204
    assert kind(unlock(browser, signed)) == "no-pin"
    set_pin(browser, signed)
    words = {"staff": "desk", "password": OWN, "new_password": "another horse"}
    assert not browser.post("/api/gateway/password", json=words).json["pin"]


def test_a_browser_without_the_cookie_has_no_pin(door: ServiceUnderTest, browser: FlaskClient) -> None:
    signed = entered(browser)
    assert kind(set_pin(door.app.test_client(), signed)) == "unknown-device"


@pytest.mark.parametrize("pin", ["1234", "9876", "0000", "121212", "55555555", "2580", "7890", "1314"])
def test_what_is_tried_first_is_refused(pin: str) -> None:
    with pytest.raises(WeakPin):
        check_pin(pin)


def test_others_are_taken_and_the_form_is_checked(browser: FlaskClient) -> None:
    signed = entered(browser)
    for pin in ("4719", "80256", "19374628"):
        assert set_pin(browser, signed, pin).status_code == 204
    for pin in ("471", "471947194", "47a9", "４７１９", "4719\n"):
        assert set_pin(browser, signed, pin).status_code == 422
    assert set_pin(browser, signed, "1234").json["errors"][0]["field"] == "pin"
