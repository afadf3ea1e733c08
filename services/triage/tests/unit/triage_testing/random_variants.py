"""Random days under random policies, with everything that can happen; what the rules refuse is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triage.domain.errors import TriageError
from triage.domain.ledger.codec import decode_event
from triage.domain.rotation.advance import advance

from triage_testing.random_days import CODES, Json, RandomDay

CLASSES = ("first_visit", "return_visit", "repurchase", "other")
REASONS = ("scope", "barred", "busy", "void", "referral")
USES = ("turn", "count", "both", "neither")
WAYS = ("owner", "stand_in", "referral", "designated", "named", "source", "duty")


def random_variant(seed: int, *, events: int = 60) -> Json:
    """Return the script of this seed, the same one each time."""
    return VariantDay(seed).script(events)


class VariantDay(RandomDay):
    """Writes one day under a policy that no clinic may ever have chosen; tries each event on the engine first."""

    refused = 0

    def _policy(self) -> Json:
        chance = self.chance
        people = [person["id"] for person in self.consultants]
        fields: dict[str, Callable[[], Any]] = {
            "wait_limit_minutes": lambda: chance.choice((1, 5, 10, 20)),
            "major_projects": lambda: chance.sample(CODES, 2),
            "higher_notes": lambda: chance.choice(("consultant", "always", "never")),
            "first_visit_to_owner": lambda: False,
            "designated_counts": lambda: True,
            "credit_reasons": lambda: sorted(chance.sample(REASONS, chance.randint(0, 4))),
            "voided_left_out_of_moves": lambda: True,
            "reclassified_keeps_count": lambda: False,
            "uses": lambda: {way: chance.choice(USES) for way in chance.sample(WAYS, 3)},
            "transfer_uses_givers_turn": lambda: True,
            "leaves_within_minutes": lambda: chance.choice((3, 10)),
            "accept_within_minutes": lambda: chance.choice((2, 5)),
            "accept_total_minutes": lambda: chance.choice((6, 20)),
            "named_request_outside_rotation": lambda: True,
            "sources": lambda: {"web": [chance.choice(people)], "radio": ["supervisor"]},
            "duty": lambda: [{"start": "09:00", "end": "12:00", "consultant": chance.choice(people)}],
            "lanes": lambda: [
                {"name": "first_visit", "classes": ["first_visit", "return_visit"], "counted": True},
                {"name": "again", "classes": ["repurchase"], "counted": chance.random() < 0.5, "order": people[::-1]},
                {"name": "other", "classes": ["other"], "counted": False},
            ],
        }
        return {name: fields[name]() for name in chance.sample(sorted(fields), chance.randint(0, 6))}

    def _extras(self, event: Json) -> None:
        super()._extras(event)
        if self.chance.random() < 0.2:
            event["source"] = self.chance.choice(("web", "radio", "street"))
        if self.chance.random() < 0.1:
            event["requested"] = self.chance.choice(self.order)
        if self.chance.random() < 0.1:
            event["absent"] = self.chance.sample(self.order, 1)

    def _event(self) -> Json | None:
        known = (dict(self.stage), dict(self.klass), dict(self.status), self.now)
        event = self._rare() if self.chance.random() < 0.3 else super()._event()
        if event is None:
            return None
        try:
            advance(self.day, decode_event(event))
        except TriageError:
            self.refused += 1
            self.stage, self.klass, self.status, self.now = known
            return None
        return event

    def _rare(self) -> Json | None:
        if not self.stage:
            return None
        chance = self.chance
        visit, person = chance.choice(sorted(self.stage)), chance.choice(self.order)
        kinds: dict[str, Callable[[], Json]] = {
            "leave": lambda: {"visit": visit, "reason": "no time"},
            "accept": lambda: {"visit": visit},
            "notes_found": lambda: {"visit": visit, "notes_projects": chance.sample(CODES, 1)},
            "supervisor_names": lambda: {
                "visit": visit,
                "to": person,
                "by": "s",
                "reason": "r",
                "credit": chance.random() < 0.5,
                "owns": chance.random() < 0.5,
            },
            "objects": lambda: {"visit": visit, "stand_in": person},
            "reclassify": lambda: {"visit": visit, "class": chance.choice(CLASSES), "reason": "r", "by": "s"},
            "second_triage": lambda: {"visit": visit, "treatment": chance.random() < 0.5},
            "move_owner": lambda: {"customer": f"new-{chance.randint(1, 9)}", "to": person, "by": "s", "reason": "r"},
            "reorder": lambda: {"order": chance.sample(self.order, len(self.order)), "reason": "r", "by": "s"},
            "owner_known": lambda: {"customer": f"old-{chance.randrange(9)}", "owner": person},
            "set_consultant": lambda: {"consultant": person, "scope": chance.sample(CODES, 3)},
        }
        kind = chance.choice(sorted(kinds))
        at = f"{self.now // 60:02}:{self.now % 60:02}"
        return {"at": at, "type": kind, **kinds[kind]()}
