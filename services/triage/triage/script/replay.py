"""Replaying a day script: first all of it is checked and decided, then lines come out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import ValidationError
from qiantai.both import Both

from triage.domain.errors import TriageError
from triage.domain.events import Event
from triage.domain.ledger.codec import decode_beginning, encode_record, printed
from triage.domain.model import Day, Decision
from triage.domain.plain import Json
from triage.domain.policy.takes import AT
from triage.domain.policy.values import FIRST_VISIT
from triage.domain.rotation.advance import advance
from triage.domain.rotation.beginning import begin
from triage.script.schema import DayScriptSchema


class ScriptError(TriageError):
    """The day script cannot be replayed."""

    zh = "日脚本无法重放。"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayScript:
    """A script that has been read: the day before its first event, and the events."""

    day0: Day
    events: tuple[Event, ...]
    source: Mapping[str, Any]


def parse(script: object) -> DayScript:
    """Return the script. Raises ScriptError naming the field or the event."""
    if not isinstance(script, Mapping):
        raise ScriptError(Both("a day script is a JSON object", "日脚本应是一个 JSON 对象"))
    try:
        loaded = cast("Json", DayScriptSchema().load(script))
    except ValidationError as problem:
        raise ScriptError(_first_problem(cast("Json", problem.messages), script)) from None
    try:
        day0 = begin(decode_beginning({**loaded, "date": loaded["date"].isoformat()}))
    except TriageError as problem:
        raise ScriptError(problem.detail) from None
    return DayScript(day0=day0, events=tuple(loaded["events"]), source=script)


def replay(script: object) -> Iterator[Json]:
    """Return the lines of a replay, decisions in event order and the summary last.

    Raises ScriptError before the first line if any event is not possible.
    """
    day, decisions = run(parse(script))
    return iter([*(printed(decision) for decision in decisions), {"summary": summary(day)}])


def run(script: DayScript) -> tuple[Day, list[Decision]]:
    """Return the day after the last event and all decisions. Raises ScriptError."""
    day = script.day0
    decisions: list[Decision] = []
    for place, event in enumerate(script.events):
        try:
            day, made = advance(day, event)
        except TriageError as problem:
            told = Both(f"{problem.detail}{_facts(problem)}", problem.detail.zh)
            raise ScriptError(AT.format(where=_named(script.source, place), what=told)) from None
        decisions.extend(made)
    return day, decisions


def summary(day: Day) -> Json:
    """Return the last line's content: the first-visit lane and the owners."""
    lane = day.lanes.get(FIRST_VISIT) or day.lanes[day.policy.lanes[0].name]
    return {
        "counts": dict(day.counts),
        "open_credits": [encode_record(credit) for credit in lane.credits],
        "swaps": [{"debtor": s.debtor, "creditor": s.creditor} for s in lane.swaps],
        "pointer": lane.pointer,
        "owners": dict(day.owners),
    }


def _named(script: Mapping[str, Any], place: int) -> str:
    text = json.dumps(script["events"][place], ensure_ascii=False, default=str)
    return f"event {place + 1} {text}"


def _facts(problem: TriageError) -> str:
    told = {**problem.facts, **problem.fields}
    return f" ({', '.join(f'{k}: {v}' for k, v in told.items())})" if told else ""


def _first_problem(messages: Mapping[str, Any], script: Mapping[str, Any]) -> Both:
    path: list[object] = []
    here: Any = messages
    while isinstance(here, Mapping):
        key, here = next(iter(here.items()))
        path.append(key)
    what = here[0] if isinstance(here, list) and here else here
    if len(path) > 1 and path[0] == "events" and isinstance(path[1], int):
        return AT.format(where=_named(script, path[1]), what=what)
    return AT.format(where=".".join(map(str, path)), what=what)
