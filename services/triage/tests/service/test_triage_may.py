"""What a visit says may be done with it, and what its routes then do: the same, for everybody at every stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from qiantai.contracts import CHAIN
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.inbox.processor import DONE
from qiantai.permissions import ROLES
from qiantai.testing.service import Desk
from triage.api.words import WORDS

NAMES = tuple(WORDS["visit_act"])
REASON = {"reason": "试一试"}
WAYS = (
    "registered",
    "registered > leaving",
    "waiting",
    "waiting > accept",
    "waiting > start",
    "waiting > start > finish",
    "waiting > start > finish > payment",
    "waiting > start > finish > payment > leaving",
    "waiting > start > finish > second",
    "waiting > void",
    "waiting > void > leaving",
    "waiting > void > retriage",
    "waiting > leave",
    "waiting > wait",
    "waiting > wait > reassign",
    "waiting > alone > wait",
    "department",
    "department > start",
    "department > examination",
    "department > leaving",
)


class Walk:
    """Visits that go the same way, each on a day of its own, so that none stands in another one's light."""

    def __init__(self, house: Any, hands: Any, way: str) -> None:
        self.house, self.hands = house, hands
        self.first, *self.steps = way.split(" > ")
        self.owner = ""
        self.people = {role: house.somebody(role) for role in ROLES} | {
            f"consultant {one}": house.consultant(one) for one in "abc"
        }
        self.people["online of the visit"] = house.somebody("online", "net-1")
        self.known = house.customer()

    def go(self) -> str:
        """Let a visitor arrive on a new day and go the way; returns the visit's path."""
        self.hands.minutes = (self.hands.minutes // 1440 + 1) * 1440
        more: dict[str, object] = {"online_consultant": "net-1"}
        if self.first == "registered":
            more = {"projects": []}
        if self.first == "department":
            more = {"visit_class": "recheck", "override_reason": "换药"}
        visit = self.house.arrive(**more)
        path, self.owner = f"/api/triage/visits/{visit['id']}", visit["consultant"]
        for step in self.steps:
            self._go(step, path)
        return path

    def _go(self, step: str, path: str) -> None:
        if step == "wait":
            self.hands.minutes += 11
            self.house.tick()
        elif step == "alone":
            for one in {*"abc"} - {self.owner}:
                self.house.status(one, "out")
        elif step in NAMES:
            who = self.house.consultant(self.owner) if self.owner else self.house.doctor
            who = who if step in {"accept", "start", "finish"} else self.house.supervisor
            done = who.post(f"{path}/{step}", self.body(step, path))
            assert done.status_code == 200, done.json
        else:
            done = self.house.desk.post(f"{path}/stage", {"stage": step})
            assert done.status_code == 200, done.json

    def body(self, name: str, path: str) -> Mapping[str, object]:
        """Return what a route takes where everything is right with it."""
        visit = self.house.supervisor.get(path).json
        here = [one["consultant"] for one in self._rotation() if one["status"] in {"idle", "busy"}]
        if name == "stage":
            return {"stage": next(reversed(self.house.supervisor.get(f"{path}/stages").json["on"]), "leaving")}
        return {
            "triage": {"projects": ["filler"]},
            "finish": {"outcome": "deal", "note": "谈妥"},
            "stand-in": {"stand_in": next(reversed(here), "a")},
            "reassign": {"to": next((one for one in here if one != visit["consultant"]), "a"), **REASON},
            "class": {"visit_class": "other", **REASON},
            "second": {"treatment": True, "projects": ["filler"]},
            "referrer": {"referrer": self.known},
            "leave": REASON,
            "void": REASON,
            "change": REASON,
        }.get(name, {})

    def _rotation(self) -> list[dict[str, Any]]:
        table: dict[str, Any] = self.house.supervisor.get("/api/triage/rotation?branch=sh-01").json
        return list(table.get("consultants", ()))  # none before the day has begun

    def offers(self, path: str) -> Iterator[tuple[str, Desk, list[str]]]:
        """Return everybody with what the visit says that they may do."""
        for who, desk in self.people.items():
            seen = desk.get(path)
            yield who, desk, seen.json["may"] if seen.status_code == 200 else []


@pytest.mark.parametrize("way", WAYS)
def test_what_is_named_is_done_and_what_is_not_is_refused(house: Any, hands: Any, way: str) -> None:
    told = StaffChanged(branch=CHAIN, staff="net-1", name="网电小周", roles=("online",), branches=("*",))
    assert house.under.deliver(told) == DONE
    walk = Walk(house, hands, way)
    path = walk.go()
    bodies = {name: walk.body(name, path) for name in NAMES}
    before = house.frozen()
    for who, desk, may in walk.offers(path):
        assert set(may) <= set(NAMES)
        for name in set(NAMES) - set(may):
            refused = desk.post(f"{path}/{name}", bodies[name])
            assert refused.status_code in {403, 409}, (who, name, refused.status_code, refused.json)
    assert house.frozen() == before

    tried: set[tuple[object, ...]] = set()
    for who, desk, may in list(walk.offers(path)):
        role = who.split()[0]
        alike = frozenset(one for one in ROLES[role] if one.startswith("visit.")), who == f"consultant {walk.owner}"
        for name in [one for one in may if (one, alike) not in tried]:
            tried.add((name, alike))
            again = walk.go()
            if name not in desk.get(again).json["may"]:  # the day's turn is another consultant's
                continue
            done = desk.post(f"{again}/{name}", walk.body(name, again))
            assert done.status_code == 200, (who, name, done.json)
