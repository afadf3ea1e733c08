"""The web border with a tiny service: idempotency, versions, pages, problems."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.paging import BadCursor, id_of, key_of, moment_of, read_cursor, write_cursor
from qiantai.web.routes import Routes
from werkzeug.test import TestResponse

THINGS = "/api/billing/things"


def at_once(count: int, work: object) -> list[TestResponse]:
    gate = threading.Barrier(count)
    answers: list[TestResponse] = []

    def run(number: int) -> None:
        gate.wait()
        answers.append(work(number))  # type: ignore[operator]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_key_at_once_from_many_has_one_effect_and_one_answer(teller: ServiceUnderTest) -> None:
    answers = at_once(8, lambda _: teller.as_("cashier").post(f"{THINGS}/a/facts", key="k"))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.get_data() for answer in answers} == {answers[0].get_data()}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    assert teller.rows("SELECT version FROM fact") == [(1,)]
    assert len(teller.told()) == 1


def test_keys_at_once_are_counted_each(teller: ServiceUnderTest) -> None:
    answers = at_once(8, lambda number: teller.as_("cashier").post(f"{THINGS}/a/facts", key=f"k{number}"))
    assert sorted(answer.json["version"] for answer in answers) == list(range(1, 9))


def test_a_key_belongs_to_one_request_of_one_person(teller: ServiceUnderTest) -> None:
    desk = teller.as_("cashier")
    assert desk.post(f"{THINGS}/a/facts").status_code == 428
    assert desk.post(f"{THINGS}/a/facts", key="k").status_code == 200
    assert desk.post(f"{THINGS}/b/facts", key="k").status_code == 422
    assert desk.post(f"{THINGS}/a/facts", key="k" * 101).status_code == 422
    assert desk.post(f"{THINGS}/a/facts", key="a b").status_code == 422
    assert teller.as_("cashier", id_="other").post(f"{THINGS}/a/facts", key="k").json["version"] == 2


def test_a_refused_request_leaves_its_key_free(teller: ServiceUnderTest) -> None:
    desk = teller.as_("cashier")
    desk.post(f"{THINGS}/a", {"note": "x"})
    assert desk.post(f"{THINGS}/a", {"note": "x"}, key="k").status_code == 409
    assert teller.rows("SELECT count(*) FROM idempotency_key") == [(0,)]


def test_of_editors_at_once_one_wins(teller: ServiceUnderTest) -> None:
    made = teller.as_("cashier").post(f"{THINGS}/a", {"note": "x"})
    assert made.headers["ETag"] == '"1"'
    answers = at_once(6, lambda n: teller.as_("cashier").patch(f"{THINGS}/a", {"note": f"n{n}"}, etag='"1"'))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]
    [details] = teller.rows("SELECT details FROM audit WHERE details <> '{}'::jsonb")
    assert details[0]["note"] == teller.as_("cashier").get(f"{THINGS}/a").json["note"]


@pytest.mark.parametrize("etag", [None, "", "1", '"x"', '"-1"', '"1', "*", '"99999999999999999999"'])
def test_an_edit_needs_the_version_that_was_seen(teller: ServiceUnderTest, etag: str | None) -> None:
    desk = teller.as_("cashier")
    desk.post(f"{THINGS}/a", {"note": "x"})
    assert desk.patch(f"{THINGS}/a", {"note": "y"}, etag=etag).status_code == 428
    assert desk.get(f"{THINGS}/a").json["note"] == "x"


def test_pages_hold_everything_once_whatever_their_size(teller: ServiceUnderTest) -> None:
    desk = teller.as_("cashier")
    codes = [f"c{number:02d}" for number in range(11)]
    for code in codes:
        desk.post(f"{THINGS}/{code}", {"note": "x"})

    @settings(max_examples=12)
    @given(st.integers(1, 13))
    def walk(limit: int) -> None:
        found: list[str] = []
        cursor = None
        while True:
            query = {"limit": limit} if cursor is None else {"limit": limit, "cursor": cursor}
            page = desk.get(THINGS, query_string=query).json
            assert len(page["items"]) <= limit
            found += [one["code"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert found == codes

    walk()


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text", ['["\\ud800"]', '["\\u0000"]', "[1]", "[]", '["a","b"]', "{}", "[" * 290, '[["a"]]', "[null]"]
)
def test_a_cursor_made_up_is_refused(teller: ServiceUnderTest, text: str) -> None:
    answer = teller.as_("cashier").get(THINGS, query_string={"cursor": _encoded(text)})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("read", [key_of, id_of, moment_of])
def test_where_a_page_begins_is_read_by_its_kind_or_refused(read: Callable[[dict[str, Any]], object]) -> None:
    id_, at = "01900000-0000-7000-8000-00000000aaaa", datetime(2026, 3, 2, tzinfo=UTC)
    cursors = {
        write_cursor("laser"): {key_of: "laser"},
        write_cursor(id_.upper()): {key_of: id_.upper(), id_of: id_},
        write_cursor(at.isoformat(), id_): {moment_of: (at, id_)},
        write_cursor(at.isoformat(), "laser"): {},
        write_cursor("soon", id_): {},
        write_cursor(1): {},
    }
    assert read({"cursor": None}) is None
    for cursor, readings in cursors.items():
        if read in readings:
            assert read({"cursor": cursor}) == readings[read]
        else:
            with pytest.raises(BadCursor) as refused:
                read({"cursor": cursor})
            assert list(refused.value.fields) == ["cursor"]


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_cursor_is_read_or_refused(cursor: str) -> None:
    try:
        keys = read_cursor(cursor, str, int)
    except BadCursor:
        return
    assert keys is not None
    assert [type(key) for key in keys] == [str, int]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), st.integers(-(2**63), 2**63 - 1))
def test_a_cursor_given_out_is_read_again(word: str, number: int) -> None:
    assert read_cursor(write_cursor(word, number), str, int) == (word, number)


def test_every_refusal_is_a_problem(teller: ServiceUnderTest) -> None:
    desk = teller.as_("cashier")
    answers = {
        404: desk.get(f"{THINGS}/none"),
        405: desk.request("DELETE", THINGS),
        400: desk.request("POST", f"{THINGS}/a", data="{", content_type="application/json"),
        413: desk.request("POST", f"{THINGS}/a", data=b"x" * 2_000_000, content_type="application/json"),
        422: desk.post(f"{THINGS}/a", {"note": "a\x00b", "more": 1}),
        401: teller.nobody().get(THINGS),
        403: teller.as_("screen").get(THINGS),
    }
    for status, answer in answers.items():
        assert answer.status_code == status, answer.get_data()
        assert answer.content_type == "application/problem+json"
        assert answer.json["status"] == status
        assert answer.json["title"]
        assert answer.headers["X-Request-Id"]
    assert "GET" in answers[405].headers["Allow"]
    assert answers[401].headers["WWW-Authenticate"] == "Bearer"
    assert [error["field"] for error in answers[422].json["errors"]] == ["note", "more"]
    assert teller.told() == []


def test_an_action_that_no_role_has_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match=r"no role has the action fly"):
        Routes("x", about="x").read("/", may="fly")(lambda: None)


@pytest.mark.parametrize("path", [f"{THINGS}//x", f"/{THINGS}/a", f"{THINGS}/a//note", "/nowhere//", f"{THINGS}//"])
def test_an_unknown_path_is_a_problem_and_no_redirect(teller: ServiceUnderTest, path: str) -> None:
    answer = teller.as_("cashier").post(path, {"note": "x"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), answer.text


def test_a_body_with_two_lengths_is_refused(teller: ServiceUnderTest) -> None:
    answer = teller.app.test_client().post(f"{THINGS}/a", json={}, headers={"Transfer-Encoding": "chunked"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert "not both" in answer.json["detail"]


def test_a_key_that_stands_twice_in_a_body_is_refused_by_its_name(teller: ServiceUnderTest) -> None:
    desk = teller.as_("cashier")
    assert desk.post(f"{THINGS}/a", {"note": "x"}).status_code == 201
    body = b'{"note": "x", "note": "y"}'
    twice = desk.request("POST", f"{THINGS}/b", data=body, headers={"Content-Type": "application/json"})
    assert (twice.status_code, twice.mimetype) == (400, "application/problem+json"), twice.text
    assert '"note" stands twice' in twice.json["detail"]
