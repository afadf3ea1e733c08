"""A follow-up plan (回访计划), its states and what may become of it (F1, F5, F6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from qiantai.both import Both
from qiantai.ids import Id
from qiantai.states import become

from followup.domain.errors import (
    CalledMeanwhile,
    ImpossibleWindow,
    NotApproved,
    NotInThisState,
    OwnCall,
    OwnDraft,
)

EXECUTABLE = ("approved", "due")
"""States in which the contact may be made."""
OPEN = ("drafted", "submitted", "returned", *EXECUTABLE)
"""States in which the contact is still to be made."""
ROLES = ("owner", "consultant", "nurse", "service_desk")
"""Who executes, where it is not one person (F4)."""
RESULTS = ("reached", "not_reached", "refused")
MOODS = ("satisfied", "calm", "worried", "upset", "angry")

NEXT: Mapping[str, tuple[str, ...]] = {
    "drafted": ("submitted", "cancelled"),
    "submitted": ("approved", "returned", "cancelled"),
    "returned": ("submitted", "cancelled"),
    "approved": ("approved", "due", "executed", "ended", "cancelled"),
    "due": ("approved", "executed", "ended", "cancelled"),
    "executed": ("reviewed",),
    "reviewed": (),
    "cancelled": (),
    "ended": (),
}
"""State -> states that may follow (F1)."""
STATES = tuple(NEXT)

ATTEMPTS = 3
"""Policy: after so many calls without an answer the plan has ended."""
RETRY_AFTER = timedelta(hours=4)
"""Policy: the next call is made this much later at the earliest."""
RETRY_WITHIN = timedelta(hours=24)
"""Policy: the next call is made within this time."""
CALLS_FROM, CALLS_UNTIL = time(9), time(20)
"""Policy: between these hours, in the branch's zone, people are called (F9)."""
FURTHEST = timedelta(days=730)
"""Policy: nothing is planned further ahead."""

_TOO_FAR = Both("lies more than {days} days ahead", "最多可以提前 {days} 天。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a contact is to be made, UTC."""

    due_from: datetime
    due_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One contact to be made (F1); `template` and `cause` name what made it, None for a person."""

    id: Id
    branch: str
    customer: Id
    kind: str
    state: str
    due_from: datetime
    due_until: datetime
    drafted_by: str
    created_at: datetime
    version: int
    content: str
    purpose: str | None = None
    executor: str | None = None
    executor_role: str | None = None
    attention: bool = False
    template: str | None = None
    cause: str | None = None
    visit: str | None = None
    appointment: str | None = None
    charge: str | None = None
    previous: Id | None = None
    """The plan that this one is the next step of."""
    approved_by: str | None = None
    guidance: str | None = None
    attempts: int = 0
    result: str | None = None
    feedback: str | None = None
    mood: str | None = None
    next_step: str | None = None
    """plan or ended."""
    next_plan: Id | None = None
    ended_reason: str | None = None
    executed_by: str | None = None
    executed_at: datetime | None = None
    score: int | None = None
    review_remark: str | None = None
    model_case: bool = False
    reviewed_by: str | None = None

    @property
    def window(self) -> Window:
        """When the contact is to be made."""
        return Window(due_from=self.due_from, due_until=self.due_until)

    def overdue(self, now: datetime) -> bool:
        """Say whether the contact should have been made already (F7)."""
        return self.state in EXECUTABLE and self.due_until < now


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of a plan's history."""

    what: str
    from_state: str | None
    to_state: str
    version: int
    reason: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What came of a call (F5); `next_plan` is the id of the next plan, `ended` the reason for none."""

    result: str
    feedback: str | None
    mood: str | None = None
    next_plan: str | None = None
    ended: str | None = None

    @property
    def next_step(self) -> str | None:
        """plan, ended, or None where nothing was said."""
        if self.next_plan is not None:
            return "plan"
        return "ended" if self.ended is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What an approver or the one who submits sets; None leaves as it is (F1)."""

    due_from: datetime | None = None
    due_until: datetime | None = None
    executor: str | None = None
    content: str | None = None
    purpose: str | None = None


def window_of(due_from: datetime, due_until: datetime, *, now: datetime) -> Window:
    """Return the window; one that has begun begins now. Raises ImpossibleWindow, which names every wrong field."""
    wrong: dict[str, Both] = {}
    if due_from - now > FURTHEST:
        wrong["due_from"] = _TOO_FAR.format(days=FURTHEST.days)
    if due_until <= due_from:
        wrong["due_until"] = Both("must be after due_from", "结束时间应在开始时间之后。")
    elif due_until <= now:
        wrong["due_until"] = Both("lies in the past; choose a later time", "这个时间已过，请选择之后的时间。")
    elif due_until - now > FURTHEST:
        wrong["due_until"] = _TOO_FAR.format(days=FURTHEST.days)
    if wrong:
        raise ImpossibleWindow(fields=wrong)
    return Window(due_from=max(due_from, now).astimezone(UTC), due_until=due_until.astimezone(UTC))


def complete(plan: Plan, values: Completion, *, now: datetime) -> Plan:
    """Return the plan with what was set, its version unchanged. Raises ImpossibleWindow."""
    window = plan.window
    if values.due_from is not None or values.due_until is not None:
        window = window_of(values.due_from or plan.due_from, values.due_until or plan.due_until, now=now)
    return replace(
        plan,
        due_from=window.due_from,
        due_until=window.due_until,
        executor=values.executor or plan.executor,
        content=values.content or plan.content,
        purpose=values.purpose or plan.purpose,
    )


def _become(plan: Plan, state: str, **values: Any) -> Plan:  # noqa: ANN401 - fields of a plan
    return become(plan, state, NEXT, _refusal(plan), **values)


def _refusal(plan: Plan) -> NotInThisState:
    return NotInThisState(facts={"state": plan.state, "possible": list(NEXT[plan.state])})


def submit(plan: Plan) -> Plan:
    """Return it submitted for approval; what it was returned with is answered. Raises NotInThisState."""
    return _become(plan, "submitted", guidance=None)


def approve(plan: Plan, *, by: str) -> Plan:
    """Return it approved.

    Nobody approves what they drafted themselves; what a template made has no
    such drafter. Raises OwnDraft, NotInThisState.
    """
    if plan.state != "submitted":  # one that is approved goes back to approved only after a call in vain
        raise _refusal(plan)
    after = _become(plan, "approved", approved_by=by)
    if plan.template is None and plan.drafted_by == by:
        raise OwnDraft
    return after


def send_back(plan: Plan, guidance: str) -> Plan:
    """Return it sent back to its drafter with guidance (F1). Raises NotInThisState."""
    return _become(plan, "returned", guidance=guidance)


def fall_due(plan: Plan) -> Plan:
    """Return it due: its window has begun. Raises NotInThisState."""
    return _become(plan, "due")


def cancel(plan: Plan) -> Plan:
    """Return it cancelled: it is not needed any more. Raises NotInThisState."""
    return _become(plan, "cancelled")


def move(plan: Plan, window: Window, *, now: datetime) -> Plan:
    """Return it with another window; one that was due waits again for a window that is still to come."""
    state = "approved" if plan.state == "due" and window.due_from > now else plan.state
    return replace(plan, state=state, due_from=window.due_from, due_until=window.due_until, version=plan.version + 1)


def give_to(plan: Plan, executor: str | None) -> Plan:
    """Return it with another executor, or nobody in particular (F4)."""
    return replace(plan, executor=executor, version=plan.version + 1)


def retry_window(plan: Plan, at: datetime, timezone: str, opens: time, closes: time) -> Window:
    """Return when somebody who was not reached at `at` is called again: within the hours of a day in the zone (F9)."""
    zone = ZoneInfo(timezone)
    earliest = (at + RETRY_AFTER).astimezone(zone)
    day = earliest.date() if earliest.time() < closes else earliest.date() + timedelta(days=1)
    begin = max(earliest, datetime.combine(day, opens, zone))
    latest = max(plan.due_until, at + RETRY_WITHIN).astimezone(zone)
    day = latest.date() if latest.time() > opens else latest.date() - timedelta(days=1)
    end = min(latest, datetime.combine(day, closes, zone))
    if end <= begin:
        end = datetime.combine(begin.date(), closes, zone)
    return Window(due_from=begin.astimezone(UTC), due_until=end.astimezone(UTC))


def refuse_unseen_call(plan: Plan, attempts: int | None) -> None:
    """Raise CalledMeanwhile where somebody knows of fewer calls than were made; None is whoever did not look."""
    if attempts is not None and attempts != plan.attempts and plan.state in EXECUTABLE:
        raise CalledMeanwhile(facts={"attempts": plan.attempts})


def execute(plan: Plan, contact: Contact, *, by: str, at: datetime, again: Window) -> Plan:
    """Return the plan after a call (F5).

    Reached or refused: executed, with its next step. Not reached: called
    `again` later, and ended after ATTEMPTS calls; a next step that was given
    all the same closes it. Raises NotApproved.
    """
    if plan.state not in EXECUTABLE:
        raise NotApproved(facts={"state": plan.state})
    said: dict[str, Any] = {"result": contact.result, "feedback": contact.feedback, "mood": contact.mood}
    attempts = plan.attempts + 1
    done = {**said, "attempts": attempts, "executed_by": by, "executed_at": at}
    if contact.next_step is not None:
        return _become(
            plan,
            "executed",
            **done,
            next_step=contact.next_step,
            next_plan=contact.next_plan,
            ended_reason=contact.ended,
        )
    if attempts >= ATTEMPTS:
        return _become(plan, "ended", **done, next_step="ended", ended_reason=f"{attempts} 次未联系上 / not reached")
    return _become(plan, "approved", **said, attempts=attempts, due_from=again.due_from, due_until=again.due_until)


def review(plan: Plan, *, score: int, remark: str | None, model_case: bool, by: str) -> Plan:
    """Return it reviewed (F6); nobody reviews their own call. Raises OwnCall, NotInThisState."""
    after = _become(plan, "reviewed", score=score, review_remark=remark, model_case=model_case, reviewed_by=by)
    if plan.executed_by == by:
        raise OwnCall
    return after


def step(before: Plan | None, after: Plan, what: str, reason: str | None = None) -> Step:
    """Return the entry for the history; what changed beside the state is in its details as [before, after]."""
    details: dict[str, Any] = {}
    if before is not None:
        for name in ("due_from", "due_until", "executor", "content", "purpose", "attempts"):
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                details[name] = [_plain(old), _plain(new)]
    return Step(
        what=what,
        from_state=before.state if before else None,
        to_state=after.state,
        version=after.version,
        reason=reason,
        details=details,
    )


def unlike_planned(plan: Plan, *, by: str, roles: Collection[str], at: datetime) -> dict[str, str]:
    """Return in words what of a call was not as planned: before its time, by another person or role (F4)."""
    words = {}
    if at < plan.due_from:
        words["early"] = "早于计划时间 / before the planned time"
    another = by != plan.executor if plan.executor else plan.executor_role not in {*roles, "owner", None}
    if another:
        words["by_another"] = "由计划外的人执行 / by somebody else than planned"
    return words


def _plain(value: datetime | str | int | None) -> str | int | None:
    return value.isoformat() if isinstance(value, datetime) else value
