"""Templates: rules as data that make plans from facts (F3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from qiantai.both import Both

from followup.domain.errors import ImpossibleTemplate
from followup.domain.plan import Window

VISIT_FINISHED = "triage.visit.finished"
TREATMENT_USED = "billing.treatment_item.used"
NO_SHOW = "appointment.appointment.no_show"
ARRIVED = "appointment.appointment.arrived"
BOOKED = "appointment.appointment.booked"
CANCELLED = "appointment.appointment.cancelled"
CAME = "triage.visit.registered"
EVENTS: Mapping[str, frozenset[str]] = {
    VISIT_FINISHED: frozenset({"outcome", "visit_class", "project", "project_class", "except_project_class"}),
    TREATMENT_USED: frozenset({"project", "project_class", "except_project_class", "first_treatment"}),
    NO_SHOW: frozenset(),
}
"""Event -> conditions that can be asked of it."""
EVENT_NAMES: Mapping[str, tuple[str, str]] = {
    VISIT_FINISHED: ("咨询结束", "consultation finished"),
    TREATMENT_USED: ("治疗完成", "treatment done"),
    NO_SHOW: ("预约未到", "did not come to the appointment"),
}
"""Chinese and English, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """An event that templates can be about, with the names of the conditions that can be asked of it."""

    event: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What must be so; an empty one asks nothing. Classes are those of the fact's projects."""

    outcome: tuple[str, ...] = ()
    visit_class: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    project_class: tuple[str, ...] = ()
    except_project_class: tuple[str, ...] = ()
    first_treatment: bool | None = None

    @property
    def asked(self) -> frozenset[str]:
        """Names of the conditions that are asked."""
        names = ("outcome", "visit_class", "project", "project_class", "except_project_class")
        found = {name for name in names if getattr(self, name)}
        return frozenset(found | ({"first_treatment"} if self.first_treatment is not None else set()))

    @property
    def need_class(self) -> bool:
        """Say whether the projects' classes must be known."""
        return bool(self.project_class or self.except_project_class)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A rule: when the event happens and the conditions hold, plan a contact.

    Either `days`: on the day so many days later, or `hours`: within so many
    hours; in both cases between `window_from` and `window_until` (HH:MM, in
    the branch's zone). A pre-approved one makes approved plans, others
    submitted ones.
    """

    code: str
    name_zh: str
    name_en: str
    event: str
    conditions: Conditions
    days: int | None
    hours: int | None
    window_from: str
    window_until: str
    kind: str
    executor_role: str
    content: str
    pre_approved: bool
    active: bool
    version: int
    purpose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to a customer and may make or end plans; `cause` is what it happened once to."""

    cause: str
    event: str
    branch: str
    customer: str
    at: datetime
    visit: str | None = None
    appointment: str | None = None
    outcome: str | None = None
    visit_class: str | None = None
    projects: tuple[str, ...] = ()
    first_treatment: bool = False
    consultant: str | None = None
    performer: str | None = None
    owner: str | None = None


def check(template: Template) -> None:
    """Raise ImpossibleTemplate, which names every wrong field."""
    wrong: dict[str, Both] = {}
    if (template.days is None) == (template.hours is None):
        wrong["days"] = Both("give either days or hours", "请填天数或小时数之一。")
    if time.fromisoformat(template.window_from) >= time.fromisoformat(template.window_until):
        wrong["window_until"] = Both("must be after the earliest time", "应晚于开始的时间。")
    for name in sorted(template.conditions.asked - EVENTS[template.event]):
        wrong[f"conditions.{name}"] = Both("cannot be asked of {event}", "“{event}”不支持这个条件。").format(
            event=Both(template.event, EVENT_NAMES[template.event][0])
        )
    if wrong:
        raise ImpossibleTemplate(fields=wrong)


def matches(template: Template, fact: Fact, classes: Mapping[str, str]) -> bool:
    """Say whether the fact fulfils the template's conditions; `classes` are those of the projects that are known."""
    asked = template.conditions
    of_fact = {classes[code] for code in fact.projects if code in classes}
    return (
        template.event == fact.event
        and (not asked.outcome or fact.outcome in asked.outcome)
        and (not asked.visit_class or fact.visit_class in asked.visit_class)
        and (not asked.project or not set(asked.project).isdisjoint(fact.projects))
        and (not asked.project_class or not of_fact.isdisjoint(asked.project_class))
        and of_fact.isdisjoint(asked.except_project_class)
        and asked.first_treatment in (None, fact.first_treatment)
    )


def window_after(template: Template, at: datetime, timezone: str) -> Window:
    """Return when the contact is to be made for a fact at `at`, UTC.

    By days: that day's hours; when they are over already, the next day's.
    By hours: from the next moment within the day's hours until the last one
    within the time, or the end of that day's hours when there is none.
    """
    zone = ZoneInfo(timezone)
    local = at.astimezone(zone)
    if template.hours is None:
        opens, closes = _day(template, local.date() + timedelta(days=template.days or 0), zone)
        if closes <= at:
            opens, closes = _day(template, local.date() + timedelta(days=(template.days or 0) + 1), zone)
        return Window(due_from=max(opens, at.astimezone(UTC)), due_until=closes)
    opens, closes = _day(template, local.date(), zone)
    if closes <= at:
        opens, closes = _day(template, local.date() + timedelta(days=1), zone)
    begin = max(opens, at.astimezone(UTC))
    limit = (at + timedelta(hours=template.hours)).astimezone(UTC)
    until = _last_moment(template, limit, zone)
    return Window(due_from=begin, due_until=until if until > begin else closes)


def _last_moment(template: Template, limit: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest instant up to `limit` that lies within a day's hours."""
    day = limit.astimezone(zone).date()
    opens, closes = _day(template, day, zone)
    if limit < opens:
        return _day(template, day - timedelta(days=1), zone)[1]
    return min(limit, closes)


def _day(template: Template, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    opens = datetime.combine(day, time.fromisoformat(template.window_from), zone)
    closes = datetime.combine(day, time.fromisoformat(template.window_until), zone)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def end_of_day(now: datetime, timezone: str) -> datetime:
    """Return the instant, UTC, at which the business day of `now` ends in a zone."""
    zone = ZoneInfo(timezone)
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone).astimezone(UTC)
