"""Who guesses is slowed; who works at the desk gets in (G8)."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from device_gateway.domain.tries import NEW_PLACE, SOURCE_FOR_KNOWN_NAMES, SOURCE_FOR_NEW_NAMES
from device_gateway.storage import door as storage
from flask.testing import FlaskClient
from qiantai import clock
from qiantai.settings import _networks
from qiantai.testing.service import ServiceUnderTest
from werkzeug.test import TestResponse

pytestmark = pytest.mark.usefixtures("branches")

FIRST, OWN = "for the first day", "correct horse"
DESK, HOME, STRANGER = "192.0.2.10", "198.51.100.4", "203.0.113.66"


def account(door: ServiceUnderTest, staff: str) -> None:
    body = {"name": "某人", "roles": ["receptionist"], "branches": ["sh-01"], "password": FIRST}
    assert door.as_("head_office").put(f"/api/gateway/staff/{staff}", body).status_code == 200


def post(client: FlaskClient, path: str, body: dict[str, str], source: str, **headers: str) -> TestResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, json=body, headers=given, environ_overrides={"REMOTE_ADDR": source})


def enter(client: FlaskClient, staff: str, password: str = OWN, *, source: str = DESK, **headers: str) -> TestResponse:
    return post(client, "/api/gateway/sign-in", {"staff": staff, "password": password}, source, **headers)


def somebody_works(door: ServiceUnderTest, staff: str, *, source: str = DESK) -> FlaskClient:
    """Make an account that has signed in from a place; return the browser there."""
    account(door, staff)
    browser = door.app.test_client()
    words = {"staff": staff, "password": FIRST, "new_password": OWN}
    assert post(browser, "/api/gateway/password", words, source).status_code == 200
    return browser


def guess(door: ServiceUnderTest, staff: str, source: str, count: int) -> list[int]:
    client = door.app.test_client()
    return [enter(client, staff, "wrong", source=source).status_code for _ in range(count)]


def test_a_stranger_who_guesses_does_not_lock_the_desk_out(door: ServiceUnderTest) -> None:
    browser = somebody_works(door, "desk")
    assert guess(door, "desk", STRANGER, 6) == [401] * 5 + [429]
    assert enter(door.app.test_client(), "desk", source=STRANGER).status_code == 429
    assert enter(door.app.test_client(), "desk").status_code == 200  # the address has signed in before
    assert enter(browser, "desk", source=HOME).status_code == 200  # so has the device


def test_neither_does_one_at_the_same_address(door: ServiceUnderTest) -> None:
    browser = somebody_works(door, "desk")
    assert guess(door, "desk", DESK, 5) == [401] * 5
    assert enter(door.app.test_client(), "desk").status_code == 200
    assert guess(door, "desk", DESK, 30)[-1] == 429
    assert enter(browser, "desk").status_code == 200


def test_nor_many_at_once(door: ServiceUnderTest) -> None:
    somebody_works(door, "desk")
    for n in range(11):
        guess(door, "desk", f"203.0.113.{n}", 5)
    assert guess(door, "desk", HOME, 1) == [429]  # the name is closed to new places
    assert enter(door.app.test_client(), "desk").status_code == 200


def test_a_device_has_counts_of_its_own_for_the_accounts_that_it_opened(door: ServiceUnderTest) -> None:
    browser = somebody_works(door, "desk")
    account(door, "other")
    answers = [enter(browser, "desk", "wrong", source=HOME).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    assert [enter(browser, "other", "wrong", source=HOME).status_code for _ in range(6)] == [401] * 5 + [429]
    forged = door.app.test_client()
    forged.set_cookie("qiantai-place", "a.b.c", path="/api/gateway")
    assert [enter(forged, "desk", "wrong", source=STRANGER).status_code for _ in range(6)] == [401] * 5 + [429]


def test_the_devices_cookie_is_no_sign_in_and_is_kept_from_scripts(door: ServiceUnderTest) -> None:
    browser = somebody_works(door, "desk")
    answer = enter(browser, "desk")
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert {"HttpOnly", "SameSite=Strict", "Path=/api/gateway"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    sealed = cookie.split(";")[0].split("=", 1)[1]
    got = door.app.test_client().get("/api/gateway/branches", headers={"Authorization": f"Bearer {sealed}"})
    assert got.status_code == 401


def test_one_password_over_many_names_is_slowed(door: ServiceUnderTest) -> None:
    browser = somebody_works(door, "desk")
    client = door.app.test_client()
    answers = [enter(client, f"name.{n}", "Spring2026!", source=DESK).status_code for n in range(30)]
    assert answers == [401] * SOURCE_FOR_NEW_NAMES.tries + [429] * (30 - SOURCE_FOR_NEW_NAMES.tries)
    assert enter(client, "desk").status_code == 200  # the desk at this address goes on
    assert enter(browser, "desk").status_code == 200
    assert SOURCE_FOR_KNOWN_NAMES.tries > SOURCE_FOR_NEW_NAMES.tries > NEW_PLACE.tries


def test_the_door_opens_again(door: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody_works(door, "desk")
    guess(door, "desk", STRANGER, 6)
    later = clock.now() + NEW_PLACE.pause + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert enter(door.app.test_client(), "desk", source=STRANGER).status_code == 200


def test_tries_are_counted_in_few_rows_and_the_address_is_in_the_audit(door: ServiceUnderTest) -> None:
    somebody_works(door, "desk")
    before = len(door.rows("SELECT 1 FROM audit"))
    guess(door, "desk", STRANGER, 40)
    rows = door.rows("SELECT name, source, wrong FROM sign_in_try WHERE wrong > 0 ORDER BY name, source")
    assert rows == [("", STRANGER, 5), ("desk", "", 5), ("desk", STRANGER, 5)]
    written = door.rows("SELECT details->>'outcome', details->>'source' FROM audit ORDER BY id")[before:]
    assert written == [("too many wrong passwords", STRANGER)]
    client = door.app.test_client()
    assert [enter(client, f"n{n}", source=STRANGER).status_code for n in range(40)][-1] == 429
    assert len(door.rows("SELECT 1 FROM sign_in_try")) < 40  # a closed door writes nothing
    enter(client, "desk")
    assert door.rows("SELECT details->>'outcome', details->>'source' FROM audit ORDER BY id DESC LIMIT 1") == [
        ("signed in", DESK)
    ]


def test_the_address_is_that_of_the_nearest_who_is_no_proxy_of_ours(
    door: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(door, "desk")
    client = door.app.test_client()

    def counted(**headers: str) -> set[str]:
        enter(client, "desk", "wrong", source="10.0.0.5", **headers)
        return {source for (source,) in door.rows("SELECT source FROM sign_in_try WHERE source <> ''")}

    assert counted(X_Forwarded_For=STRANGER) == {"10.0.0.5"}  # anybody can write that
    runtime = door.app.extensions["qiantai"]
    settings = replace(runtime.settings, proxies=_networks(["10.0.0.0/8"]))
    monkeypatch.setitem(door.app.extensions, "qiantai", replace(runtime, settings=settings))
    assert counted(X_Forwarded_For=f"1.2.3.4, {STRANGER}, 10.0.0.9") == {"10.0.0.5", STRANGER}
    assert counted(X_Forwarded_For="2001:db8:1:2:3:4:5:6") >= {"2001:db8:1:2::/64"}
    assert counted(X_Forwarded_For="nonsense") == {"10.0.0.5", STRANGER, "2001:db8:1:2::/64"}


def test_a_flood_is_turned_away_at_once_and_the_known_device_gets_in(
    door: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = somebody_works(door, "desk")
    slow = threading.Event()
    fits = storage.Argon2Passwords.fits

    def checked(self: storage.Argon2Passwords, password: str, hash_: str | None) -> bool:
        return (password != "slow" or not slow.wait(20)) and fits(self, password, hash_)

    monkeypatch.setattr(storage.Argon2Passwords, "fits", checked)
    clients = [(door.app.test_client(), f"n{n}", {"source": f"203.0.113.{n}"}) for n in range(8)]
    flood = [threading.Thread(target=enter, args=(one, name, "slow"), kwargs=at) for one, name, at in clients]
    for thread in flood:
        thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    refused = enter(door.app.test_client(), "desk", source=HOME)
    assert (refused.status_code, refused.json["type"]) == (503, "urn:qiantai:problem:too-busy")
    assert refused.headers["Retry-After"] == "1"
    assert enter(browser, "desk").status_code == 200
    assert time.monotonic() - began < 2
    slow.set()
    for thread in flood:
        thread.join()


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has no priority of its own elsewhere")
def test_a_strangers_password_is_checked_by_a_thread_that_gives_way(
    door: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = somebody_works(door, "desk")
    seen: list[int] = []
    check = storage._fits

    def noted(password: str, hash_: str | None) -> bool:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return check(password, hash_)

    monkeypatch.setattr(storage, "_fits", noted)
    usual = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert enter(browser, "desk").status_code == 200
    assert enter(door.app.test_client(), "nobody", source=STRANGER).status_code == 401
    assert seen == [usual, max(10, usual)]
