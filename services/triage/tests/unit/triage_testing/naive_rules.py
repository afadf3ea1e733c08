"""A second, naive reading of the rule book, written from its text and not from the engine.

Slow, mutable and flat on purpose: one list of visits, everything else looked up
by walking. It understands the events of the published day script only.
"""

from __future__ import annotations

from typing import Any

ON_DUTY = ("idle", "busy")
Json = dict[str, Any]


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5])


class Book:
    """One day, played event by event; `lines` is what comes out."""

    def __init__(self, script: Json) -> None:
        policy = script.get("policy", {})
        self.limit = policy.get("wait_limit_minutes", 10)
        self.designated_counts = policy.get("designated_counts", False)
        self.class_order = policy.get("class_order", ["surgery_1", "surgery_2", "surgery"])
        self.projects: dict[str, Json] = {p["code"]: p for p in script["projects"]}
        self.listed: list[str] = [p["code"] for p in script["projects"]]
        self.people = {c["id"]: c for c in script["consultants"]}
        self.order: list[str] = script["order"]
        self.status = dict.fromkeys(self.order, "idle")
        self.owners = dict(script["owners"])
        self.next = {"first_visit": self.order[0], "other": self.order[0]}
        self.next_designated: Json = {}
        self.credits: dict[str, list[Json]] = {"first_visit": [], "other": []}
        self.swaps: dict[str, list[Json]] = {"first_visit": [], "other": []}
        self.visits: list[Json] = []
        self.tally: list[str] = []  # +consultant, -consultant: one entry for each count given or taken
        self.lines: list[Json] = []

    # -- looking things up ---------------------------------------------------

    def find(self, visit: str) -> Json:
        return next(v for v in self.visits if v["visit"] == visit)

    def duty(self, c: Any) -> bool:
        return self.status.get(c) in ON_DUTY

    def engaged(self, c: Any) -> bool:
        return any(v["with"] == c and not v["finished"] for v in self.visits)

    def rank_of_class(self, code: str) -> int:
        klass = self.projects[code].get("class")
        return self.class_order.index(klass) if klass in self.class_order else 99

    def said(self, v: Json) -> str:
        for code in self.listed:
            if code in v["projects"] and self.projects[code].get("major"):
                return code
        primary: str = v["primary"]
        return primary

    def in_scope(self, c: Any, code: str, now: int) -> bool:
        person = self.people[c]
        if person["shift"] == "early" and 8 * 60 + 30 <= now < 9 * 60:
            return True
        if person["shift"] == "late" and 18 * 60 <= now < 20 * 60:
            return True
        return person["scope"] == "*" or code in person["scope"]

    def fits(self, c: Any, v: Json, now: int) -> str | None:
        """None, or 'scope', or 'barred'."""
        code = self.said(v)
        for noted in v.get("notes_projects", []):
            higher = self.rank_of_class(noted) < self.rank_of_class(self.said(v))
            if higher and not self.in_scope(c, noted, now):
                code = noted  # T9: then the higher one decides
        if not self.in_scope(c, code, now):
            return "scope"
        if any(p in self.people[c]["barred"] for p in v["projects"]):
            return "barred"
        return None

    def why_not(self, c: Any, v: Json, now: int) -> str | None:
        """None if c can receive v now, else the reason."""
        if not self.duty(c):
            return "not_on_duty"
        unfit = self.fits(c, v, now)
        if unfit:
            return unfit
        busy = self.status[c] == "busy" or self.engaged(c)
        return "busy" if busy and c not in v.get("soon", []) else None

    def lane(self, v: Json) -> str:
        return "other" if v["class"] == "other" else "first_visit"

    def circle(self, people: list[Any], start: Any) -> list[Any]:
        people = list[Any](people)
        if start in people:
            while people[0] != start:
                people.append(people.pop(0))
        return people

    def after(self, people: Any, c: Any) -> Any:
        return people[(people.index(c) + 1) % len(people)]

    # -- writing down --------------------------------------------------------

    def say(
        self,
        v: Json,
        now: int,
        to: Any,
        basis: Any,
        rule: str,
        *,
        counted: bool = False,
        passed: Any = (),
        credit_to_released: bool = False,
    ) -> None:
        before = v["with"]
        line = {
            "at": f"{now // 60:02}:{now % 60:02}",
            "visit": v["visit"],
            "to": to,
            "basis": basis,
            "counted": counted,
            "passed": list(passed),
            "rules": [rule],
        }
        if before is not None:
            line["released"] = {"consultant": before, "credit": credit_to_released}
        self.lines.append(line)
        v["with"] = to if to in self.people else None
        v["basis"] = basis
        if counted:
            self.tally.append("+" + to)
        v["counted"] = counted

    def take_back(self, v: Json) -> bool:
        """Take the count of v back; True if there was one."""
        if v["counted"]:
            self.tally.append("-" + v["with"])
        return bool(v["counted"])

    def owe(self, lane: str, c: Any, reason: str | None, visit: str) -> None:
        self.credits[lane].append({"consultant": c, "reason": reason, "visit": visit})

    def note_passed(self, v: Json, people: Any, now: int, lane: str) -> list[Json]:
        passed = []
        for c in people:
            reason = self.why_not(c, v, now)
            passed.append({"consultant": c, "reason": reason, "credit": reason != "not_on_duty"})
            if reason != "not_on_duty":
                self.owe(lane, c, reason, v["visit"])
        return passed

    # -- who receives --------------------------------------------------------

    def assign(self, v: Json, now: int) -> None:  # noqa: C901, PLR0911 - in the book's order
        """T10 to T21, in the book's order."""
        klass = v["class"]
        if klass == "recheck" or v.get("treat_now"):
            department = self.projects[self.said(v)]["department"]
            self.say(v, now, f"department:{department}", "department", "T10")
            return
        owner = self.owners.get(v["customer"])
        if klass in ("return_visit", "repurchase") and owner:
            if self.duty(owner):
                self.say(v, now, owner, "owner", "T11")
                return
            if self.duty(v.get("stand_in")):
                self.say(v, now, v["stand_in"], "stand_in", "T11")
                return
            self.say(v, now, "supervisor", "supervisor", "T11")
            return
        if klass == "first_visit" and v["known"] and v["known"] not in v["voided"]:  # T5
            if self.duty(v["known"]):
                self.say(v, now, v["known"], "owner", "T11")
                return
            if self.duty(v.get("stand_in")):
                self.say(v, now, v["stand_in"], "stand_in", "T11")
                return
            self.say(v, now, "supervisor", "supervisor", "T11")
            return
        if klass != "other":
            owner = self.owners.get(v.get("referrer"))
            if owner and self.duty(owner):
                self.say(v, now, owner, "referral", "T12")
                return
            if owner and self.duty(v.get("stand_in")):
                self.owners.setdefault(v["customer"], owner)
                self.say(v, now, v["stand_in"], "stand_in", "T12")
                return
            if self.designated(v, now):
                return
        self.rotate(v, now, left_out=v["voided"])

    def designated(self, v: Json, now: int) -> bool:
        """T13; True if a designated consultant receives."""
        code = self.said(v)
        named = [c for c in self.order if code in self.people[c].get("designated", [])]
        round_ = [c for c in self.circle(named, self.next_designated.get(code)) if c not in v["voided"]]
        for place, c in enumerate(round_):
            if self.why_not(c, v, now) is None:
                passed = self.note_passed(v, round_[:place], now, "first_visit")
                self.next_designated[code] = self.after(named, c)
                if self.designated_counts:
                    self.next["first_visit"] = self.after(self.order, c)
                self.say(v, now, c, "designated", "T13", counted=self.designated_counts, passed=passed)
                return True
        return False

    def rotate(
        self,
        v: Json,
        now: int,
        left_out: list[Any],
        basis: Any = None,
        *,
        keeps_count: bool = False,
    ) -> None:
        """T14, T15, T21."""
        lane = self.lane(v)
        counted = lane == "first_visit"

        def say(to: str, how: str, rule: str, **more: Any) -> None:
            self.say(v, now, to, basis or how, rule, **more)

        if keeps_count:
            v["counted"] = False
        for credit in self.credits[lane]:
            c = credit["consultant"]
            if c not in left_out and self.why_not(c, v, now) is None:
                self.credits[lane].remove(credit)
                say(c, "credit", "T14", counted=counted)
                return
        round_ = [c for c in self.circle(self.order, self.next[lane]) if c not in left_out]
        for place, c in enumerate(round_):
            if self.why_not(c, v, now) is not None:
                continue
            passed = self.note_passed(v, round_[:place], now, lane)
            self.next[lane] = self.after(self.order, c)
            owed = [s for s in self.swaps[lane] if s["debtor"] == c][:1]
            for swap in owed:
                creditor = swap["creditor"]
                if creditor not in left_out and self.why_not(creditor, v, now) is None:
                    self.swaps[lane].remove(swap)
                    say(creditor, "swap", "T15", counted=counted, passed=passed)
                    return
            say(c, "turn", "T15", counted=counted, passed=passed)
            return
        self.say(v, now, "supervisor", "supervisor", "T21")

    # -- waiting -------------------------------------------------------------

    def waits(self, now: int) -> None:
        for v in self.visits:
            waiting = v["with"] and v["clock"] is not None and not v["finished"]
            if not waiting or v["moved"] or now - v["clock"] < self.limit:
                continue
            v["moved"] = True
            existing = v["class"] in ("return_visit", "repurchase")
            with_owner = v["basis"] == "owner" or (
                existing and v["basis"] in ("stand_in", "change") and not v["counted"]
            )
            if with_owner:
                self.say(v, now, "supervisor", "supervisor", "T23")
            else:
                self.move(v, now)

    def move(self, v: Json, now: int) -> None:
        """T22."""
        lane, giver, was_counted = self.lane(v), v["with"], v["counted"]
        for c in self.circle(self.order, self.next[lane]):
            idle = self.status[c] == "idle" and not self.engaged(c)
            if c != giver and idle and self.fits(c, v, now) is None:
                self.take_back(v)
                self.say(v, now, c, "turn", "T22", counted=was_counted)
                if was_counted:
                    self.swaps[lane].append({"debtor": c, "creditor": giver})
                return
        self.take_back(v)
        if v.get("online_consultant"):
            self.say(v, now, "online:" + v["online_consultant"], "online_consultant", "T22")
        else:
            self.say(v, now, "supervisor", "supervisor", "T22")

    # -- events --------------------------------------------------------------

    def play(self, event: Json) -> None:
        now = minutes(event["at"])
        self.waits(now)
        getattr(self, "on_" + event["type"])(event, now)

    def on_tick(self, event: Json, now: int) -> None:
        pass

    def on_status(self, event: Json, _now: int) -> None:
        self.status[event["consultant"]] = event["status"]

    def on_arrive(self, event: Json, now: int) -> None:
        v = {**event, "with": None, "basis": None, "counted": False, "clock": now}
        v |= {"finished": False, "moved": False, "void": False, "voided": []}
        if event.get("owner"):
            self.owners.setdefault(event["customer"], event["owner"])
        v["known"] = self.owners.get(event["customer"])
        self.visits.append(v)
        self.assign(v, now)

    def on_start(self, event: Json, _now: int) -> None:
        v = self.find(event["visit"])
        v["clock"] = None
        by_rule = ("turn", "credit", "swap", "designated", "referral", "change")
        if v["with"] and v["basis"] in by_rule and v["class"] not in ("other", "recheck"):
            self.owners.setdefault(v["customer"], v["with"])

    def on_finish(self, event: Json, _now: int) -> None:
        v = self.find(event["visit"])
        v["finished"] = True
        v["clock"] = None

    def on_void(self, event: Json, now: int) -> None:
        v = self.find(event["visit"])
        back = self.take_back(v)
        if back:
            self.owe(self.lane(v), v["with"], "void", v["visit"])
        if v["with"]:
            v["voided"].append(v["with"])
        self.say(v, now, None, "void", "T24", credit_to_released=back)
        v["void"] = True
        v["clock"] = None

    def on_retriage(self, event: Json, now: int) -> None:
        v = self.find(event["visit"])
        v["void"] = False
        v["clock"] = now
        self.assign(v, now)

    def on_referrer_found(self, event: Json, now: int) -> None:
        v = self.find(event["visit"])
        v["referrer"] = event["referrer"]
        owner = self.owners.get(event["referrer"])
        if v["void"] or v["finished"] or v["class"] in ("other", "recheck"):
            return
        if v["basis"] in ("owner", "stand_in", "change", "department"):
            return
        if owner and owner != v["with"] and self.duty(owner):
            back = self.take_back(v)
            if back:
                self.owe("first_visit", v["with"], "referral", v["visit"])
            self.say(v, now, owner, "referral", "T12", credit_to_released=back)

    def on_change_consultant(self, event: Json, now: int) -> None:
        v = self.find(event["visit"])
        v["counted"] = False  # the old one keeps its count whatever comes
        existing = v["class"] in ("return_visit", "repurchase") and v["customer"] in self.owners
        if event.get("to"):
            self.say(v, now, event["to"], "change", "T26")
        elif existing:
            self.say(v, now, "supervisor", "supervisor", "T26")
        else:
            left_out = [*v["voided"], v["with"]]
            self.rotate(v, now, left_out, basis="change", keeps_count=True)
        ownable = v["class"] not in ("other", "recheck") or v["customer"] in self.owners
        if v["with"] and ownable:
            self.owners[v["customer"]] = v["with"]

    # -- the end -------------------------------------------------------------

    def summary(self) -> Json:
        counts = {c: self.tally.count("+" + c) - self.tally.count("-" + c) for c in self.order}
        return {
            "counts": counts,
            "open_credits": self.credits["first_visit"],
            "swaps": self.swaps["first_visit"],
            "pointer": self.next["first_visit"],
            "owners": self.owners,
        }


def naive_replay(script: Json) -> list[Json]:
    """Return the lines that the rule book gives for this (valid) script."""
    book = Book(script)
    for event in script["events"]:
        book.play(event)
    return [*book.lines, {"summary": book.summary()}]
