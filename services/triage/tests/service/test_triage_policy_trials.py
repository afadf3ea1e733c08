"""Trying a policy on a day of the live ledger: over HTTP and by the command, on a real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from policy_chain import API, BRANCH, OTHER, Chain, in_days, today
from qiantai import settings
from qiantai.testing.service import Desk
from triage import cli
from typer.testing import CliRunner


def try_out(chain: Chain, fields: Any, *, desk: Desk | None = None, **more: Any) -> Any:
    body = {"branch": BRANCH, "day": str(today()), "fields": fields, **more}
    return (desk or chain.desk).post(f"{API}/trial", body)


def test_a_trial_says_what_would_have_happened_and_writes_nothing(chain: Chain) -> None:
    chain.head.post("/api/triage/consultants/a/status", {"branch": BRANCH, "status": "busy"})
    first = chain.arrive()
    chain.head.post("/api/triage/consultants/a/status", {"branch": BRANCH, "status": "idle"})
    second = chain.arrive(requested="c")
    before = chain.written()
    same = try_out(chain, {}).json
    assert (same["same"], same["visits"], same["left_out"], same["changed"]) == (True, [], [], [])
    tried = try_out(chain, {"named_request_outside_rotation": True, "credit_reasons": ["scope"]})
    assert tried.status_code == 200, tried.json
    told = tried.json
    assert {change["field"] for change in told["changed"]} == {"named_request_outside_rotation", "credit_reasons"}
    by_visit = {one["visit"]: one for one in told["visits"]}
    assert set(by_visit) == {first["id"], second["id"]}
    was, would_be = by_visit[second["id"]]["before"], by_visit[second["id"]]["after"]
    assert (was["to"], was["basis"], was["counted"]) == ("a", "credit", True)
    assert (would_be["to"], would_be["basis"], would_be["counted"]) == ("c", "named", False)
    assert "顾问c" in would_be["why"]["zh"]
    assert "asked for by name" in would_be["why"]["en"]
    assert [turn["to"] for turn in would_be["turns"]] == ["c"]
    counted = {one["consultant"]: (one["name"], one["before"], one["after"]) for one in told["counts"]}
    assert counted == {"a": ("顾问a", 1, 0), "b": ("顾问b", 1, 1), "c": ("顾问c", 0, 0)}
    assert told["open_credits"] == {"before": [], "after": []}
    assert chain.written() == before


def test_a_trial_over_the_book_or_over_what_the_day_had(chain: Chain) -> None:
    assert chain.write(chain.head, {"named_request_outside_rotation": True}, today()).status_code == 201
    visit = chain.arrive(requested="c")
    assert visit["to"] == "c"
    assert try_out(chain, {"wait_limit_minutes": 20}).json["visits"] == []
    over_book = try_out(chain, {"wait_limit_minutes": 20}, on_top_of="book").json
    assert [(one["before"]["to"], one["after"]["to"]) for one in over_book["visits"]] == [("c", "a")]
    assert [change["field"] for change in over_book["changed"]] == [
        "wait_limit_minutes",
        "named_request_outside_rotation",
    ]


def test_a_trial_names_what_could_not_have_happened(chain: Chain) -> None:
    visit = chain.arrive(source="vip")
    body = {"to": "b", "reason": "wish"}
    chain.head.post(f"/api/triage/visits/{visit['id']}/reassign", body)
    told = try_out(chain, {"sources": {"vip": ["b"]}}).json
    [left_out] = told["left_out"]
    assert left_out["event"]["type"] == "supervisor_names"
    assert "already" in left_out["reason"]


def test_a_trial_that_cannot_be_is_refused_by_name(chain: Chain) -> None:
    assert try_out(chain, {}, day=str(in_days(-40))).status_code == 404
    chain.arrive()
    refused = try_out(chain, {"duty": [{"consultant": "z", "start": "12:00", "end": "13:00"}]})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "policy.duty")
    assert try_out(chain, {}, on_top_of="sky").json["errors"][0]["field"] == "on_top_of"
    assert try_out(chain, {}, desk=chain.under.as_("cashier", branches=[BRANCH])).status_code == 403
    assert try_out(chain, {}, desk=chain.under.as_("branch_head", branches=[OTHER])).status_code == 403


def test_the_command_tries_a_file_on_a_day(chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain.arrive(requested="c")
    before = chain.written()
    monkeypatch.setattr(settings, "settings_of", lambda _: chain.under.settings)
    file = tmp_path / "fields.json"
    file.write_text('{"named_request_outside_rotation": true}')
    arguments = ["try-policy", "--branch", BRANCH, "--day", str(today()), str(file)]
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 0, done.output
    assert [one["after"]["to"] for one in json.loads(done.stdout)["visits"]] == ["c"]
    file.write_text('{"named_request_outside_rotation": "yes"}')
    wrong = CliRunner().invoke(cli.app, arguments)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "policy.named_request_outside_rotation" in wrong.stderr
    file.write_text("{")
    assert CliRunner().invoke(cli.app, arguments).exit_code == 2
    assert CliRunner().invoke(cli.app, [*arguments, "--on-top-of", "sky"]).exit_code == 2
    assert chain.written() == before


@pytest.mark.parametrize("command", ["verify", "export-day", "try-policy", "import-shifts"])
@pytest.mark.parametrize("branch", [BRANCH, "nowhere"])
def test_a_command_that_is_refused_says_so_in_a_line(
    chain: Chain, command: str, branch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "settings_of", lambda _: chain.under.settings)
    file = tmp_path / "file"
    file.write_text("{}")
    day = [] if command == "import-shifts" else ["--day", str(in_days(-40))]
    files = [] if command in {"verify", "export-day"} else [str(file)]
    done = CliRunner().invoke(cli.app, [command, "--branch", branch, *day, *files])
    assert (done.exit_code, done.stdout) == (1 if command == "import-shifts" else 2, "")
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.stderr.strip()
    if command in {"verify", "export-day"}:
        assert done.stderr == "Nothing happened at this branch on that day.\n"
