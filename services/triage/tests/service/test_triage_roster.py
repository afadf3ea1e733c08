"""Shifts by day, edited and from sheets, and what a running day makes of them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from clinic_of_four import BRANCH, HEAD, TODAY, Clinic
from openpyxl import load_workbook
from qiantai.contracts import CHAIN
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.contracts.triage import ConsultantStatusChanged
from qiantai.inbox.processor import DONE
from werkzeug.test import TestResponse


def test_a_day_with_shifts_begins_with_those_who_work(clinic: Clinic) -> None:
    clinic.sheet(b="late", c="请假", d="休息")
    assert clinic.arrive() == "b"
    order, _, statuses = clinic.table()
    assert order == "b"
    assert statuses == {"a": "off", "b": "idle", "c": "leave", "d": "off"}
    shifts = {
        one["consultant"]: one["shift"]
        for one in clinic.desk.get(f"/api/triage/rotation?branch={BRANCH}").json["consultants"]
    }
    assert (shifts["a"], shifts["b"]) == ("day", "late")
    assert clinic.arrive() == "supervisor"
    assert clinic.whole()


def test_the_first_shift_of_a_day_sends_nobody_else_home(clinic: Clinic) -> None:
    assert clinic.arrive() == "a"
    clinic.shift("b", "leave")
    assert clinic.table() == ("acd", "c", {"a": "idle", "b": "leave", "c": "idle", "d": "idle"})
    assert clinic.under.rows("SELECT staff, shift FROM shift ORDER BY staff") == [
        ("a", "day"),
        ("b", "leave"),
        ("c", "day"),
        ("d", "day"),
    ]


def test_a_day_without_shifts_works_by_the_standing_roster(clinic: Clinic) -> None:
    clinic.shift("b", "off", TODAY + timedelta(days=1))
    assert clinic.arrive() == "a"
    assert clinic.table()[0] == "abcd"


def test_a_change_for_a_running_day_follows_at_once(clinic: Clinic) -> None:
    assert clinic.arrive() == "a"
    clinic.sheet(a="early", b="early", c="early")  # whoever is not listed has the day off
    assert clinic.table() == ("abc", "b", {"a": "idle", "b": "idle", "c": "idle", "d": "off"})
    clinic.shift("b", "leave")
    assert clinic.table() == ("ac", "c", {"a": "idle", "b": "leave", "c": "idle", "d": "off"})
    assert clinic.arrive() == "c"
    clinic.shift("b", "late")
    clinic.shift("d", "full")
    order, _, statuses = clinic.table()
    assert (order, set(statuses.values())) == ("abcd", {"idle"})
    told = {event.consultant: event.status for event in clinic.under.told(ConsultantStatusChanged)}
    assert told["d"] == "idle"
    for staff in "abcd":
        assert clinic.supervisor.request("DELETE", f"/api/triage/shifts/{BRANCH}/{TODAY}/{staff}").status_code == 204
    assert clinic.table()[0] == "abcd"
    assert clinic.whole()


def test_an_order_by_hand_outlives_a_change_of_shift(clinic: Clinic) -> None:
    clinic.arrive()
    body = {"order": list("dcba"), "reason": "agreed"}
    assert clinic.supervisor.put(f"/api/triage/rotation/{BRANCH}/order", body).status_code == 200
    for staff in "abcd":
        clinic.shift(staff, "day")
    clinic.shift("c", "leave")
    assert clinic.table()[0] == "dba"
    clinic.place("e", 9)
    assert clinic.table()[0] == "dba"  # not listed today
    clinic.place("a", 9)  # another ranking orders anew
    assert clinic.table()[0] == "bda"


def test_an_order_by_hand_leaves_a_lane_with_an_order_of_its_own(clinic: Clinic) -> None:
    own = {"name": "again", "classes": ["repurchase"], "counted": False, "order": ["b", "a"]}
    rest = {"name": "first_visit", "classes": ["first_visit", "return_visit", "other"], "counted": True}
    clinic.policy(lanes=[rest, own])
    clinic.arrive()
    body = {"order": list("dcba"), "reason": "agreed"}
    told = clinic.supervisor.put(f"/api/triage/rotation/{BRANCH}/order", body).json
    assert {lane["lane"]: "".join(lane["order"]) for lane in told["lanes"]} == {"first_visit": "dcba", "again": "ba"}


def test_what_somebody_is_owed_outlives_a_day_off(clinic: Clinic) -> None:
    clinic.desk.post("/api/triage/consultants/a/status", {"branch": BRANCH, "status": "busy"})
    assert clinic.arrive() == "b"  # a is owed one
    clinic.sheet(TODAY + timedelta(days=1), b="day", c="day", d="day")
    clinic.wall.next_day()
    assert clinic.arrive() == "c"
    clinic.wall.next_day()
    assert clinic.arrive() == "a"
    assert clinic.whole()


def test_a_table_says_what_may_be_done_with_lanes_and_people(clinic: Clinic) -> None:
    def told(desk: Any, staff: str = "a") -> tuple[list[str], list[str]]:
        table = desk.get(f"/api/triage/rotation?branch={BRANCH}").json
        (one,) = [one for one in table["consultants"] if one["consultant"] == staff]
        return table["lanes"][0]["may"], one["may"]

    own = {"name": "again", "classes": ["repurchase"], "counted": False, "order": ["b", "a"]}
    rest = {"name": "first_visit", "classes": ["first_visit", "return_visit", "other"], "counted": True}
    clinic.policy(lanes=[rest, own])
    assert clinic.arrive() == "a"
    assert told(clinic.supervisor) == (["order"], ["check-in", "status"])
    assert told(clinic.desk) == ([], ["check-in", "status"])
    clinic.check("in", "a")
    assert told(clinic.desk)[1] == ["status"]  # a visitor is there
    clinic.check("in", "c")
    assert told(clinic.desk, "c")[1] == ["check-out", "status"]
    clinic.shift("d", "leave")
    assert told(clinic.supervisor, "d")[1] == ["status"]  # not in today's order
    lanes = clinic.supervisor.get(f"/api/triage/rotation?branch={BRANCH}").json["lanes"]
    assert {lane["lane"]: (lane["own_order"], lane["may"]) for lane in lanes} == {
        "first_visit": (False, ["order"]),
        "again": (True, []),
    }
    clinic.wall.next_day()
    past = clinic.supervisor.get(f"/api/triage/rotation?branch={BRANCH}&day={TODAY}").json
    assert {tuple(one["may"]) for one in past["lanes"] + past["consultants"]} == {()}


def test_a_place_is_edited_over_the_version_that_was_seen(clinic: Clinic) -> None:
    path = f"/api/triage/roster/{BRANCH}/a"
    (seen,) = [
        one for one in clinic.supervisor.get(f"/api/triage/roster/{BRANCH}").json["items"] if one["staff"] == "a"
    ]
    body = {"name": "顾问a", "place": 1, "shift": "late"}
    header = {"If-Match": f'"{seen["version"]}"'}
    assert clinic.supervisor.request("PUT", path, json=body, headers=header).status_code == 200
    stale = clinic.supervisor.request("PUT", path, json={**body, "shift": "early"}, headers=header)
    assert (stale.status_code, stale.json["facts"]) == (412, {"version": seen["version"] + 1})
    assert clinic.supervisor.put(path, {**body, "shift": "early"}).json["shift"] == "early"


def test_one_shift_again_changes_nothing_and_bad_ones_are_named(clinic: Clinic) -> None:
    first = clinic.shift("a", "早班", note="学习")
    assert (first.json["shift"], first.json["name"], first.json["written_by"]) == ("early", "顾问a", "supervisor-1")
    again = clinic.shift("a", "early", note="学习")
    assert again.json["written_at"] == first.json["written_at"]
    for answer, field in (
        (clinic.shift("z", "early"), "staff"),
        (clinic.supervisor.put(f"/api/triage/shifts/{BRANCH}/2026-13-40/a", {"shift": "early"}), "day"),
        (clinic.shift("a", "early", date(2062, 1, 1)), "day"),
        (clinic.shift("a", ""), "shift"),
    ):
        assert answer.status_code in (404, 422), answer.json
        assert [error["field"] for error in answer.json["errors"]] == [field]
    assert clinic.supervisor.request("DELETE", f"/api/triage/shifts/{BRANCH}/{TODAY}/z").status_code == 404
    kept = dict(clinic.under.rows("SELECT staff, shift FROM shift"))
    assert kept == {"a": "early", "b": "day", "c": "day", "d": "day"}


def test_a_sheet_is_imported_as_a_whole_or_not_at_all(clinic: Clinic) -> None:
    clinic.load(f"{HEAD}{TODAY},a,,early,stays\n".encode())
    rows = f"{TODAY},a,顾问a,早班,stays\n{TODAY},b,,晚班,\n2026/11/21,a,,off,trip\n"
    bad = clinic.load(f"{HEAD}{rows}{TODAY},zz,,早班,\n{TODAY},c,顾问x,早班,\n".encode())
    assert bad.status_code == 422
    assert {error["field"] for error in bad.json["errors"]} == {"rows.5.staff", "rows.6.name"}
    assert all("Row " in error["message"] for error in bad.json["errors"])
    wanted = {"rows": 3, "added": 2, "changed": 0, "unchanged": 1, "preview": True, "followed": []}
    preview = clinic.load((HEAD + rows).encode("gbk"), preview="true")
    assert preview.status_code == 200, preview.json
    assert {name: preview.json[name] for name in wanted} == wanted
    assert clinic.under.rows("SELECT count(*) FROM shift") == [(1,)]
    done = clinic.load((HEAD + rows).encode("utf-8-sig"))
    assert {name: done.json[name] for name in wanted} == {**wanted, "preview": False}
    change = done.json["changes"][0]
    assert (change["row"], change["staff"], change["shift_before"], change["shift"]) == (3, "b", None, "late")
    rows = rows.replace("晚班", "请假")
    changed = clinic.load((HEAD + rows).encode())
    assert [(c["shift_before"], c["shift"]) for c in changed.json["changes"]] == [("late", "leave")]
    assert clinic.load((HEAD + rows).encode()).json["unchanged"] == 3


def test_an_import_for_a_running_day_follows_at_once(clinic: Clinic) -> None:
    assert clinic.arrive() == "a"
    done = clinic.load(f"{HEAD}{TODAY},c,,早班,\n{TODAY},d,,早班,\n".encode())
    assert done.json["followed"] == [TODAY.isoformat()]
    assert clinic.table()[0] == "cd"
    assert clinic.whole()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_exported_imports_again_to_no_change(clinic: Clinic, kind: str, lang: str) -> None:
    clinic.place("e", 5)
    clinic.supervisor.put(f"/api/triage/roster/{BRANCH}/e", {"name": "=HYPERLINK(1)", "place": 5})
    notes = {"a": "=1+1", "b": "+86 138", "c": "'quoted", "d": '多行\n"text",;', "e": "@x"}
    for (staff, note), shift in zip(notes.items(), ("early", "leave", "off", "夜班", "full"), strict=True):
        assert clinic.shift(staff, shift, note=note).status_code == 200
    query = f"branch={BRANCH}&from={TODAY}&to={TODAY}&format={kind}&lang={lang}"
    file = clinic.desk.get(f"/api/triage/shifts?{query}")
    assert file.status_code == 200
    assert file.headers["Content-Disposition"] == f'attachment; filename="shifts-{BRANCH}-{TODAY}-{TODAY}.{kind}"'
    if kind == "xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(file.data)).active.rows for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
    else:
        assert file.data.startswith(b"\xef\xbb\xbf")
        assert not [part for line in file.text.splitlines() for part in line.split(",") if part.startswith(("=", "@"))]
    again = clinic.load(file.data, file.mimetype)
    assert again.status_code == 200, again.json
    assert (again.json["unchanged"], again.json["changes"]) == (5, [])


def test_a_form_may_bring_file_and_branch(clinic: Clinic) -> None:
    data = f"{HEAD}{TODAY},a,,早班,\n".encode()

    def send(**fields: Any) -> TestResponse:
        fields = {name: (io.BytesIO(v), "s.csv") if isinstance(v, bytes) else v for name, v in fields.items()}
        path = "/api/triage/shifts/import"
        return clinic.supervisor.request("POST", path, data=fields, content_type="multipart/form-data")

    assert send(file=data, branch=BRANCH).json["added"] == 1
    for answer, status, field in (
        (send(file=data), 422, "branch"),
        (send(branch=BRANCH), 422, "file"),
        (send(file=data, branch="hz-01"), 403, "branch"),
        (send(file=data, branch="no branch"), 422, "branch"),
    ):
        assert answer.status_code == status, answer.json
        assert [error["field"] for error in answer.json["errors"]] == [field]
    assert clinic.load(b"", branch="hz-01").status_code == 403
    assert clinic.load(b"x" * 2_000_000).status_code == 413
    assert clinic.load(b"x" * 1_000_001).json["errors"][0]["field"] == "file"


def test_an_import_repeated_with_its_key_counts_once(clinic: Clinic) -> None:
    data = f"{HEAD}{TODAY},a,,早班,\n".encode()
    for _ in range(2):
        options = {"data": data, "content_type": "text/csv", "query_string": {"branch": BRANCH}, "key": "k1"}
        assert clinic.supervisor.request("POST", "/api/triage/shifts/import", **options).json["added"] == 1


def test_who_may_see_and_change_shifts(clinic: Clinic) -> None:
    path = f"/api/triage/shifts/{BRANCH}/{TODAY}/a"
    for role, status in (("receptionist", 403), ("consultant", 403), ("supervisor", 200), ("branch_head", 200)):
        desk = clinic.under.as_(role, branches=[BRANCH])
        assert desk.put(path, {"shift": "early"}).status_code == status
        assert desk.get(f"/api/triage/shifts?branch={BRANCH}").status_code == 200
        sent = desk.request("POST", f"/api/triage/shifts/import?branch={BRANCH}", data=b"x", content_type="text/csv")
        assert sent.status_code == (403 if status == 403 else 422)
    other = clinic.under.as_("supervisor", branches=["hz-01"])
    assert other.put(path, {"shift": "early"}).status_code == 403
    assert other.get(f"/api/triage/shifts?branch={BRANCH}").status_code == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-11-02&to=2026-11-01", "to"),
        ("from=2026-01-01&to=2026-12-31", "to"),
        ("from=x", "from"),
        ("form=csv", "form"),
    ],
)
def test_a_range_that_is_not_right_is_named(clinic: Clinic, query: str, field: str) -> None:
    refused = clinic.desk.get(f"/api/triage/shifts?branch={BRANCH}&{query}")
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]


def test_two_imports_and_an_opening_at_once_end_in_one_truth(clinic: Clinic) -> None:
    sheets = [f"{HEAD}{TODAY},{a},,早班,\n{TODAY},{b},,late,\n".encode() for a, b in ("ab", "ba", "cd", "ac")]
    with ThreadPoolExecutor(6) as desks:
        loads = [desks.submit(clinic.load, sheet) for sheet in sheets]
        arrivals = [desks.submit(clinic.arrive) for _ in range(2)]
        assert {load.result().status_code for load in loads} == {200}
        assert all(arrival.result() for arrival in arrivals)
    assert clinic.table()[0] == "abcd"
    kept = dict(clinic.under.rows("SELECT staff, shift FROM shift"))
    consultants = clinic.desk.get(f"/api/triage/rotation?branch={BRANCH}").json["consultants"]
    assert {one["consultant"]: one["shift"] for one in consultants} == kept
    assert clinic.whole()


def test_the_command_imports_too(clinic: Clinic, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(f"{HEAD}{date.today()},a,,早班,\n".encode("gbk"))  # noqa: DTZ011 - the command has the real clock
    bad.write_bytes(f"{HEAD}{date.today()},zz,,早班,\n".encode())  # noqa: DTZ011
    known = clinic.under.settings
    environment = {**os.environ, "QIANTAI_DATABASE_TRIAGE": known.database_url, "QIANTAI_JWKS": known.jwks}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from triage.cli import app; app()", "import-shifts", "--branch", BRANCH]
        return subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)

    preview = run("--preview", str(good))
    assert (preview.returncode, "1 would be new" in preview.stdout) == (0, True), preview.stderr
    assert clinic.under.rows("SELECT count(*) FROM shift") == [(0,)]
    refused = run(str(bad))
    assert (refused.returncode, "Row 2, column 工号/staff" in refused.stderr) == (1, True)
    assert run(str(tmp_path / "none.csv")).returncode == 1
    assert run(str(good)).returncode == 0
    assert clinic.under.rows("SELECT staff, shift, written_by FROM shift") == [("a", "early", "service:triage")]


def tell(
    clinic: Clinic, staff: str, version: int, *, active: bool = True, branches: tuple[str, ...] = (BRANCH,)
) -> None:
    told = StaffChanged(branch=CHAIN, staff=staff, name=staff, roles=("consultant",), branches=branches, active=active)
    assert clinic.under.deliver(told, version=version) == DONE


def test_whose_account_is_closed_gets_no_turn_any_more(clinic: Clinic) -> None:
    """T17: not on duty, on the running day and on the next ones, until the account is open again."""
    assert clinic.arrive() == "a"
    tell(clinic, "b", 1, active=False)
    assert clinic.table() == ("acd", "c", {"a": "idle", "b": "off", "c": "idle", "d": "idle"})
    assert [clinic.arrive() for _ in range(2)] == ["c", "d"]
    refused = clinic.desk.post("/api/triage/consultants/b/status", {"branch": BRANCH, "status": "idle"})
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (409, "account-closed")
    clinic.place("b", 1)  # a place in the roster does not open an account
    assert clinic.table()[2]["b"] == "off"
    clinic.wall.next_day()
    clinic.arrive()
    assert clinic.table()[2]["b"] == "off"
    tell(clinic, "b", 2)
    assert clinic.table()[2]["b"] == "idle"
    assert clinic.whole()


def test_whose_account_moves_to_another_branch_gets_no_turn_in_the_old_one(clinic: Clinic) -> None:
    tell(clinic, "a", 1, branches=("*",))
    tell(clinic, "b", 1, branches=("hz-01",))
    assert [clinic.arrive() for _ in range(2)] == ["a", "c"]
