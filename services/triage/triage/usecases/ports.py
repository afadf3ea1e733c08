"""What the use cases need of the storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from qiantai.uow import UnitOfWork as BaseUnitOfWork

from triage.domain.events import Event
from triage.domain.ledger.chain import LedgerEntry
from triage.domain.model import Day, Decision
from triage.domain.policy.takes import Known
from triage.domain.rotation.beginning import Beginning
from triage.domain.rotation.explain import Names
from triage.usecases.model import (
    Arriving,
    Attendance,
    KnownCustomer,
    PolicyVersion,
    RosterPlace,
    ShiftRecord,
    VisitRecord,
)
from triage.usecases.records import AlertRecord, EarlierOwner, OwnerRecord, Passage, StandInNote, WrittenForm


class LiveDay(Protocol):
    """A branch day under its lock: nobody else decides on it until this transaction ends."""

    branch: str
    date: date
    day: Day
    fresh: bool
    """True where this transaction opened the day."""
    alerts: Mapping[str, str]
    """Keys of the alerts that are open, and their ids; saved with the next entry."""

    @property
    def seq(self) -> int:
        """Place of the last entry in the ledger."""

    @property
    def version(self) -> int:
        """A number that grows with every entry, over days too; versions what the day tells."""

    def advance(self, event: Event) -> tuple[Decision, ...]:
        """Let something happen: sealed into the ledger with its decisions. Raises a TriageError and changes nothing."""

    def at(self, instant: datetime) -> int:
        """Return an instant as seconds since local midnight, never before the day's last entry."""


class Days(Protocol):
    """Branch days with their ledgers."""

    def lock(self, branch: str, day: date) -> LiveDay:
        """Return the day under its lock, opened from the roster if this is its first use."""

    def find(self, branch: str, day: date) -> Day | None:
        """Return the day as it is, without locking; None if nothing happened on it."""

    def entries(self, branch: str, day: date) -> tuple[Beginning, Sequence[LedgerEntry], str] | None:
        """Return a day's beginning, its whole ledger and the hash of its head."""

    def between(self, branch: str, first: date, last: date) -> Sequence[tuple[date, str]]:
        """Return the days on which something happened, oldest first, with the hash of their heads."""

    def last_hand(self, branch: str, day: date, visit: str) -> tuple[datetime, str] | None:
        """Return when the last entry of the ledger about a visit was written, and by whom."""

    def open_days(self, since: date) -> Sequence[tuple[str, date]]:
        """Return branch and date of the days from `since` on."""

    def today(self, branch: str, instant: datetime) -> date:
        """Return the business day of an instant in the branch's zone."""


class Visits(Protocol):
    """Visits by id, within the actor's branches; in a transaction each is locked once, and written once at its end."""

    def add(self, visit: VisitRecord) -> None:
        """Save a new visit.

        The transaction fails when the customer has an open one here today
        already; the second try then sees it.
        """

    def lock(self, id_: str) -> VisitRecord:
        """Return a visit as it stands here; nobody else changes it until this transaction ends. Raises UnknownVisit."""

    def get(self, id_: str) -> VisitRecord:
        """Return a visit, without locking it. Raises UnknownVisit."""

    def save(self, visits: Sequence[VisitRecord]) -> None:
        """Save changed visits; the last one of an id holds."""

    def many(self, ids: Sequence[str]) -> Sequence[VisitRecord]:
        """Return these visits, locked, in order of id."""

    def find(
        self,
        *,
        branch: str,
        day: date,
        stage: str | None,
        customer: str | None,
        receivers: Sequence[str] | None,
        after: str | None,
        limit: int,
    ) -> Sequence[VisitRecord]:
        """Return visits in order of id; `receivers` are whom they went to (`department:` is any department)."""

    def proposed(self, branch: str, day: date) -> Mapping[str, str]:
        """Return visit -> the class that was proposed at its registration."""


class Customers(Protocol):
    """What is known of customers: files, appointments, owners, earlier visits."""

    def know(self, arriving: Arriving) -> KnownCustomer:
        """Return everything that an arrival needs, in one query."""

    def know_ahead(self, arriving: Sequence[Arriving]) -> None:
        """Read for several arrivals at once what `know` will be asked for, once for each."""

    def set_owner(self, customer: str, consultant: str, branch: str, at: datetime) -> EarlierOwner | None:
        """Make somebody of a branch responsible; returns who was before."""

    def is_of(self, customer: str, scope: Sequence[str]) -> bool:
        """Say whether a person, under any of the files, has a visit or a slip in one of these branches."""

    def owner_of(self, customer: str) -> OwnerRecord:
        """Return who is responsible for a customer. Raises UnknownCustomer."""

    def owners(self, *, after: str | None, limit: int) -> Sequence[OwnerRecord]:
        """Return everybody who has an owner, with that owner, in order of the customer's id."""

    def count(self, customer: str, branch: str, **added: int) -> None:
        """Add to what a customer has been here for: consultations, deals, sessions_bought, sessions_used."""


class Appointments(Protocol):
    """Copies of the appointment service's slips."""

    def put(self, values: Mapping[str, Any], version: int) -> None:
        """Keep a booked slip; an older version than the known one is ignored."""

    def change(self, id_: str, version: int, **values: object) -> None:
        """Change a slip, also one whose booking has not arrived yet."""


class Roster(Protocol):
    """The standing roster of a branch."""

    def of(self, branch: str) -> Sequence[RosterPlace]:
        """Return everybody, in order of place."""

    def branches(self) -> Sequence[str]:
        """Return the branches that have a roster."""

    def gone(self, branch: str) -> frozenset[str]:
        """Return whose account is closed, or is for other branches, of those in the roster."""

    def branches_of(self, staff: str) -> Sequence[str]:
        """Return the branches in whose roster somebody is."""

    def everybody(self, *, after: tuple[str, str] | None, limit: int) -> Sequence[RosterPlace]:
        """Return the places of all branches, in order of branch and staff; `after` are those of the last one."""

    def put(self, place: RosterPlace) -> RosterPlace | None:
        """Save a place; None when it is the same already."""

    def names(self, branch: str) -> Names:
        """Return readable names of a branch's consultants and of the projects."""


class Shifts(Protocol):
    """排班: shifts by branch and day."""

    def lock(self, branch: str) -> None:
        """Let nobody else change shifts or open a day of this branch until this transaction ends."""

    def between(self, branch: str, first: date, last: date) -> Sequence[ShiftRecord]:
        """Return the shifts of these days, in order of day and staff."""

    def of_day(self, branch: str, day: date) -> Mapping[str, str]:
        """Return staff -> shift of a day; empty where the standing roster holds."""

    def put(self, shifts: Sequence[ShiftRecord]) -> None:
        """Save shifts, each in the place of an earlier one."""

    def remove(self, branch: str, day: date, staff: str) -> bool:
        """Take a shift away; False where there was none."""


class AttendanceBook(Protocol):
    """签到/签退: who checked in and out."""

    def of_day(self, branch: str, day: date) -> Sequence[Attendance]:
        """Return everybody of a day, in order of check-in."""

    def put(self, one: Attendance) -> None:
        """Save one in the place of an earlier one."""


class Policies(Protocol):
    """Policy versions by level: a branch's code, or chain."""

    def hold(self) -> None:
        """Let nobody else write a version or open a day until this transaction ends."""

    def in_force(self, branch: str, day: date) -> Sequence[PolicyVersion]:
        """Return what the chain and the branch have in force on a day, the chain's first."""

    def versions(self, branch: str) -> Sequence[PolicyVersion]:
        """Return all versions of one level, newest first."""

    def add(self, version: PolicyVersion) -> None:
        """Save a version; the transaction fails where somebody else has just written the same number."""

    def last_opened(self, branch: str) -> date | None:
        """Return the last day that has begun in a branch, or in any for the chain."""

    def known(self, branch: str) -> Known:
        """Return whom and what a policy of this level may name."""

    def is_branch(self, code: str) -> bool:
        """Say whether a branch has this code, or a roster."""


class Passages(Protocol):
    """The history of visits' stages."""

    def add(self, passages: Sequence[Passage]) -> None:
        """Add passages, the first one first; written with whatever else waits."""

    def of(self, visit: str) -> Sequence[Passage]:
        """Return a visit's passages, the first one first, each with when the next one began."""


class Forms(Protocol):
    """Forms of visits, every version of them."""

    def add(self, form: WrittenForm) -> None:
        """Save a version; the transaction fails when somebody else has written it meanwhile."""

    def newest(self, visit: str, form: str) -> WrittenForm | None:
        """Return the newest version of a form, None where it is not written."""

    def versions(self, visit: str, form: str) -> Sequence[WrittenForm]:
        """Return every version of a form, the newest first."""

    def of(self, visit: str) -> Sequence[WrittenForm]:
        """Return the newest version of every form that is written."""


class StandInNotes(Protocol):
    """Notes of stand-ins, within the actor's branches."""

    def add(self, note: StandInNote) -> None:
        """Save a note."""

    def of(self, customer: str, *, limit: int) -> Sequence[StandInNote]:
        """Return the notes about a customer, the newest first."""


class Alerts(Protocol):
    """Alerts, within the actor's branches."""

    def add(self, alerts: Sequence[AlertRecord]) -> None:
        """Save new alerts, with whatever else waits."""

    def clear(self, ids: Sequence[str], *, at: datetime, by: str) -> None:
        """Close alerts, with whatever else waits: what they told of is over."""

    def get(self, id_: str) -> AlertRecord:
        """Return an alert. Raises UnknownAlert."""

    def lock(self, id_: str) -> AlertRecord:
        """Return an alert that nobody else changes until this transaction ends. Raises UnknownAlert."""

    def save_acknowledged(self, alert: AlertRecord) -> None:
        """Save who has seen an alert, when, and with which note."""

    def find(
        self, *, branch: str, day: date | None, state: str | None, before: str | None, limit: int
    ) -> Sequence[AlertRecord]:
        """Return alerts of a branch, the newest first, those with an id before `before`."""


class UnitOfWork(BaseUnitOfWork, Protocol):
    """The triage service's transaction."""

    days: Days
    visits: Visits
    customers: Customers
    appointments: Appointments
    roster: Roster
    shifts: Shifts
    attendance: AttendanceBook
    policies: Policies
    passages: Passages
    forms: Forms
    stand_in_notes: StandInNotes
    alerts: Alerts
