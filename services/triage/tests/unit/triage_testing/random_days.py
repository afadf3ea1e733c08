"""Random valid day scripts: every one of them replays without an error."""

from __future__ import annotations

import random
from typing import Any

from triage.domain.ledger.codec import decode_event
from triage.domain.rotation.advance import advance
from triage.script.replay import parse

PROJECTS: list[dict[str, Any]] = [
    {"code": "breast", "major": True, "class": "surgery_1", "department": "plastic"},
    {"code": "lipo", "major": True, "class": "surgery_2", "department": "plastic"},
    {"code": "eyelid", "class": "surgery", "department": "plastic"},
    {"code": "filler", "class": "injection", "department": "minimal"},
    {"code": "laser", "class": "skin", "department": "skin"},
    {"code": "dental", "class": "dental", "department": "dental"},
]
CODES: list[str] = [p["code"] for p in PROJECTS]
CLASSES = ("first_visit", "return_visit", "repurchase", "recheck", "other")
STATUSES = ("idle", "idle", "busy", "out", "off", "leave", "late")
KINDS = ("arrive", "arrive", "arrive", "status", "start", "finish", "void", "retriage")
RARE = ("referrer_found", "change_consultant", "tick")

Json = dict[str, Any]


def random_script(seed: int, *, events: int = 40) -> Json:
    """Return the script of this seed, the same one each time."""
    return RandomDay(seed).script(events)


class RandomDay:
    """Writes one day; looks into the engine only to see who has a visit."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = self.chance.choice((8 * 60 + 20, 9 * 60, 13 * 60, 17 * 60 + 50))
        people = [chr(ord("A") + i) for i in range(self.chance.randint(2, 6))]
        self.consultants = [self._consultant(c) for c in people]
        self.order = self.chance.sample(people, len(people))
        self.owners = {f"old-{i}": self.chance.choice(people) for i in range(4)}
        self.status = dict.fromkeys(people, "idle")
        self.stage: dict[str, str] = {}
        self.klass: dict[str, str] = {}

    def script(self, length: int) -> Json:
        """Return a day of so many events."""
        head = {
            "branch": "sh-01",
            "date": "2026-11-21",
            "timezone": "Asia/Shanghai",
            "policy": self._policy(),
            "projects": PROJECTS,
            "consultants": self.consultants,
            "order": self.order,
            "owners": self.owners,
        }
        self.day = parse({**head, "events": []}).day0
        written: list[Json] = []
        while len(written) < length:
            event = self._event()
            if event is not None:
                self.day, _ = advance(self.day, decode_event(event))
                written.append(event)
        return {**head, "events": written}

    def _policy(self) -> Json:
        policy: Json = {"wait_limit_minutes": self.chance.choice((5, 10, 10, 20))}
        if self.chance.random() < 0.2:
            policy["designated_counts"] = True
        return policy

    def _consultant(self, name: str) -> Json:
        some = self.chance.sample(CODES, self.chance.randint(1, 5))
        return {
            "id": name,
            "shift": self.chance.choice(("early", "day", "late")),
            "scope": self.chance.choice(("*", some)),
            "barred": self.chance.sample(CODES, self.chance.choice((0, 0, 0, 1))),
            "designated": self.chance.sample(CODES, self.chance.choice((0, 0, 1, 2))),
        }

    def _event(self) -> Json | None:
        kind = self.chance.choice(KINDS if self.chance.random() < 0.85 else RARE)
        later = self.now + self.chance.choice((0, 1, 1, 2, 3, 5, 9, 12))
        if later >= 24 * 60:
            later = self.now
        event = getattr(self, f"_{kind}")()
        if event is None:
            return None
        self.now = later
        return {"at": f"{later // 60:02}:{later % 60:02}", "type": kind, **event}

    def _arrive(self) -> Json:
        number = len(self.stage) + 1
        klass = self.chance.choice(("first_visit", "first_visit", *CLASSES))
        projects = self.chance.sample(CODES, self.chance.choice((1, 1, 2, 3)))
        event: Json = {
            "visit": f"v{number}",
            "customer": self._customer(klass, number),
            "class": klass,
            "projects": projects,
            "primary": self.chance.choice(projects),
        }
        self._extras(event)
        self.stage[event["visit"]] = "waiting"
        self.klass[event["visit"]] = klass
        return event

    def _customer(self, klass: str, number: int) -> str:
        known = klass != "first_visit" and self.chance.random() < 0.6
        again = self.chance.random() < 0.05 and number > 1
        if again:
            return f"new-{self.chance.randint(1, number - 1)}"
        return f"old-{self.chance.randrange(4)}" if known else f"new-{number}"

    def _extras(self, event: Json) -> None:
        chance, people = self.chance, self.order
        if chance.random() < 0.2:
            event["referrer"] = f"old-{chance.randrange(6)}"
        if chance.random() < 0.15:
            event["stand_in"] = chance.choice(people)
        if chance.random() < 0.3:
            event["online_consultant"] = "net-1"
        if chance.random() < 0.2:
            event["notes_projects"] = chance.sample(CODES, chance.choice((1, 1, 2)))
        if chance.random() < 0.15:
            event["soon"] = chance.sample(people, chance.randint(1, len(people)))
        if chance.random() < 0.05:
            event["treat_now"] = True
        if chance.random() < 0.05:
            event["owner"] = chance.choice(people)

    def _visit(self, *stages: str) -> str | None:
        fitting = [v for v, stage in self.stage.items() if stage in stages]
        return self.chance.choice(fitting) if fitting else None

    def _staged(self, event: Json | None, stage: str) -> Json | None:
        if event is not None:
            self.stage[event["visit"]] = stage
        return event

    def _one(self, *stages: str, **more: str) -> Json | None:
        visit = self._visit(*stages)
        return None if visit is None else {"visit": visit, **more}

    def _status(self) -> Json:
        person, status = self.chance.choice(self.order), self.chance.choice(STATUSES)
        self.status[person] = status
        return {"consultant": person, "status": status}

    def _start(self) -> Json | None:
        return self._staged(self._one("waiting"), "started")

    def _finish(self) -> Json | None:
        outcome = self.chance.choice(("deal", "no_deal"))
        return self._staged(self._one("started", "waiting", outcome=outcome), "finished")

    def _void(self) -> Json | None:
        return self._staged(self._one("waiting", "started", reason="wrong consultant"), "void")

    def _retriage(self) -> Json | None:
        return self._staged(self._one("void"), "waiting")

    def _referrer_found(self) -> Json | None:
        referrer = f"old-{self.chance.randrange(6)}"
        return self._one("waiting", "started", "void", "finished", referrer=referrer)

    def _tick(self) -> Json:
        return {}

    def _change_consultant(self) -> Json | None:
        visit = self._visit("waiting", "started")
        if visit is None:
            return None
        event: Json = {"visit": visit, "by": "supervisor", "reason": "customer's wish"}
        now = self.day.visits[visit].consultant
        others = [c for c in self.order if self.status[c] in ("idle", "busy") and c != now]
        if others and self.chance.random() < 0.5:
            # a wait that is due at this very event must not bring the visit there first
            if self.stage[visit] == "waiting" and now is not None:
                return None
            event["to"] = self.chance.choice(others)
        self.stage[visit] = "waiting"
        return event
