"""Day scripts as files: right ones are printed, wrong ones are refused by name."""

from __future__ import annotations

import contextlib
import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from triage.domain.ledger.chain import LedgerEntry, day_script, seal
from triage.domain.ledger.codec import decode_beginning
from triage.domain.rotation.advance import advance
from triage.script.command import replay_command
from triage.script.replay import ScriptError, parse, replay
from triage_testing.random_days import CODES, PROJECTS, random_script

EXAMPLE = Path(__file__).parent.parent / "examples" / "day-hand.json"


def example() -> dict[str, Any]:
    script: dict[str, Any] = json.loads(EXAMPLE.read_text("utf-8"))
    return script


def put(path: str, value: Any) -> dict[str, Any]:
    """Return the example with one value other."""
    script = example()
    here: Any = script
    *way, last = [int(p) if p.isdigit() else p for p in path.split(".")]
    for step in way:
        here = here[step]
    here[last] = value
    return script


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("events.3.colour", "red", "event 4 "),
        ("events.3.type", "dance", "dance"),
        ("events.3.at", "08:00", "event 4 "),
        ("events.3.at", "half past", "event 4 "),
        ("events.3.visit", "v77", "v77"),
        ("events.0.projects", ["nose"], "nose"),
        ("events.0.class", "vip", "vip"),
        ("events.2.visit", "v1", "event 3 "),
        ("events.1", {"at": "09:32", "type": "status", "consultant": "A", "status": "asleep"},
         "asleep"),
        ("events.1", {"at": "09:32", "type": "status", "consultant": "Z", "status": "idle"}, "Z"),
        ("events.1", 7, "event 2 7"),
        ("events", {}, "events"),
        ("order", ["A", "Z"], "Z"),
        ("order", ["A", "A"], "A"),
        ("owners", {"old-1": "Z"}, "Z"),
        ("policy.wait_limit", 10, "wait_limit"),
        ("policy.wait_limit_minutes", "ten", "wait_limit_minutes"),
        ("projects.0.colour", "red", "colour"),
        ("projects.0.rank", 1, "rank"),
        ("consultants.0.scope", ["nose"], "nose"),
        ("consultants.0.scope", None, "None"),
        ("consultants.0.id", "supervisor", "supervisor"),
        ("consultants.0.shoe_size", 38, "shoe_size"),
        ("timezone", "Mars/Olympus", "Mars"),
        ("date", "yesterday", "date"),
        ("colour", "red", "colour"),
    ],
)  # fmt: skip
def test_a_wrong_script_is_refused_by_name(path: str, value: Any, told: str) -> None:
    with pytest.raises(ScriptError) as problem:
        replay(put(path, value))
    assert told in problem.value.detail


@pytest.mark.parametrize("name", ["branch", "date", "consultants", "order", "events"])
def test_a_missing_field_is_refused(name: str) -> None:
    script = example()
    del script[name]
    with pytest.raises(ScriptError, match=name):
        replay(script)


def test_the_published_sample_is_valid() -> None:
    script = example()
    script["consultants"] = [
        {"id": "A", "shift": "early", "scope": ["filler"], "barred": []},
        {"id": "B", "shift": "late", "scope": "*", "barred": [], "designated": ["breast"]},
    ]
    script |= {"order": ["A", "B"], "owners": {"cust-7": "A"}}
    first = {"class": "first_visit", "type": "arrive"}
    wish = {"to": "B", "by": "supervisor", "reason": "customer's wish"}
    script["events"] = [
        {"at": "09:05", "visit": "v1", "customer": "cust-1", "projects": ["breast"],
         "primary": "breast", **first},
        {"at": "09:06", "type": "status", "consultant": "B", "status": "busy"},
        {"at": "09:10", "visit": "v2", "customer": "cust-2", "projects": ["filler"],
         "primary": "filler", "soon": ["B"], **first},
        {"at": "09:20", "type": "start", "visit": "v1"},
        {"at": "09:40", "type": "finish", "visit": "v1", "outcome": "deal"},
        {"at": "09:41", "type": "void", "visit": "v2", "reason": "wrong consultant"},
        {"at": "09:42", "type": "retriage", "visit": "v2"},
        {"at": "09:50", "type": "referrer_found", "visit": "v2", "referrer": "cust-7"},
        {"at": "09:55", "type": "tick"},
        {"at": "10:00", "type": "change_consultant", "visit": "v2", **wish},
    ]  # fmt: skip
    assert "summary" in list(replay(script))[-1]


# -- the command ------------------------------------------------------------------------


def test_one_script_begins_with_its_first_decision(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay_command([EXAMPLE]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["visit"] == "v1"
    assert "summary" in lines[-1]


def test_several_scripts_begin_with_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay_command([EXAMPLE, EXAMPLE]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if "script" in line] == [{"script": "day-hand.json"}] * 2
    assert lines[0] == {"script": "day-hand.json"}


@pytest.mark.parametrize("text", ["{", "[]", "7", '"a"', "null", "[" * 100_000, '{"a": "\\ud800"}'])
def test_wrong_file(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "day.json"
    path.write_text(text, "utf-8")
    assert replay_command([EXAMPLE, path]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "day.json" in printed.err


def test_wrong_event_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "day.json"
    path.write_text(json.dumps(put("events.5.at", "00:01")), "utf-8")
    assert replay_command([path]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "event 6 " in printed.err


def test_missing_and_undecodable_files(tmp_path: Path) -> None:
    assert replay_command([tmp_path / "none.json"]) == 2
    path = tmp_path / "day.json"
    path.write_bytes(b"\xff\xfe\x00{}")
    assert replay_command([path]) == 2


def test_an_exported_day_replays_to_the_same_decisions() -> None:
    for seed in range(20):
        script = random_script(seed)
        beginning, parsed = decode_beginning(script), parse(script)
        day, entries = parsed.day0, list[LedgerEntry]()
        for event in parsed.events:
            day, made = advance(day, event)
            entries.append(seal(entries[-1] if entries else beginning, event, made))
        exported = json.loads(json.dumps(day_script(beginning, entries)))
        assert list(replay(exported)) == list(replay(script))


def test_a_carried_day_is_exported_with_what_it_began_with() -> None:
    owed = [{"consultant": "A", "reason": "scope", "visit": "yesterday"}]
    lane = {"pointer": "B", "credits": owed, "swaps": []}
    script = {**example(), "carried": {"first_visit": lane}, "designated": {"breast": "C"}}
    exported = day_script(decode_beginning(script), [])
    assert exported["carried"] == {"first_visit": lane}
    summary = next(iter(replay(exported)))["summary"]
    assert (summary["pointer"], summary["open_credits"]) == ("B", owed)


# -- fuzz: any damage gives lines or a ScriptError, never anything else -------------------

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.sampled_from(["*", "A", "v1", "09:40", "idle", "breast", "supervisor", "first_visit"]),
)  # fmt: skip
JSONS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) of the script."""
    found: list[tuple[Any, Any]]
    if isinstance(node, dict):
        found = [(node, key) for key in node]
    elif isinstance(node, list):
        found = [(node, index) for index in range(len(node))]
    else:
        return []
    return found + [deeper for box, key in found for deeper in places(box[key])]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_fuzz_damaged_scripts(data: st.DataObject) -> None:
    script = copy.deepcopy(data.draw(st.sampled_from([example(), random_script(3, events=15)])))
    for _ in range(data.draw(st.integers(1, 3))):
        box, key = data.draw(st.sampled_from(places(script)))
        if data.draw(st.booleans()) and isinstance(box, dict):
            box[data.draw(st.text(max_size=4))] = data.draw(JSONS)
        else:
            box[key] = data.draw(JSONS)
    only_lines_or_script_error(script)


@settings(max_examples=100, deadline=None)
@given(JSONS)
def test_fuzz_anything(script: Any) -> None:
    only_lines_or_script_error(script)


def only_lines_or_script_error(script: Any) -> None:
    with contextlib.suppress(ScriptError):
        json.dumps(list(replay(script)))


# -- speed --------------------------------------------------------------------------------


def test_a_day_of_500_arrivals_and_30_consultants_takes_less_than_a_second() -> None:
    people = [f"c{n}" for n in range(30)]
    events: list[dict[str, Any]] = []
    for n in range(500):
        at = f"{9 + n // 60:02}:{n % 60:02}"
        events.append(
            {"at": at, "type": "arrive", "visit": f"v{n}", "customer": f"k{n}",
             "class": "first_visit", "projects": [CODES[n % 6]], "primary": CODES[n % 6]}
        )  # fmt: skip
        if n >= 5:
            events.append({"at": at, "type": "start", "visit": f"v{n - 5}"})
        if n >= 25:
            events.append({"at": at, "type": "finish", "visit": f"v{n - 25}", "outcome": "deal"})
    scopes = ["*", CODES[:3], CODES[2:]]
    script = {
        "branch": "sh-01",
        "date": "2026-11-21",
        "timezone": "Asia/Shanghai",
        "projects": PROJECTS,
        "consultants": [{"id": c, "shift": "day", "scope": scopes[n % 3]} for n, c in enumerate(people)],
        "order": people,
        "events": events,
    }
    began = time.process_time()
    lines = list(replay(script))
    assert time.process_time() - began < 1
    assert len(lines) > 500
