"""What the use cases need of the storage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from qiantai.uow import UnitOfWork as BaseUnitOfWork

from triage.domain.beginning import Beginning
from triage.domain.events import Event
from triage.domain.explain import Names
from triage.domain.ledger import LedgerEntry
from triage.domain.model import Day, Decision
from triage.usecases.model import KnownCustomer, RosterPlace, VisitRecord


class LiveDay(Protocol):
    """A branch day under its lock: nobody else decides on it until this transaction ends."""

    branch: str
    date: date
    day: Day
    fresh: bool
    """True where this transaction opened the day."""

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

    def open_days(self, since: date) -> Sequence[tuple[str, date]]:
        """Return branch and date of the days from `since` on."""

    def today(self, branch: str, instant: datetime) -> date:
        """Return the business day of an instant in the branch's zone."""


class Visits(Protocol):
    """Visits by id, within the actor's branches."""

    def add(self, visit: VisitRecord) -> None:
        """Save a new visit.

        The transaction fails when the customer has an open one here today
        already; the second try then sees it.
        """

    def lock(self, id_: str) -> VisitRecord:
        """Return a visit that nobody else changes until this transaction ends. Raises UnknownVisit."""

    def get(self, id_: str) -> VisitRecord:
        """Return a visit. Raises UnknownVisit."""

    def save(self, visits: Sequence[VisitRecord]) -> None:
        """Save changed visits."""

    def many(self, ids: Sequence[str]) -> Sequence[VisitRecord]:
        """Return these visits, locked, in order of id."""

    def open_of(self, branch: str, day: date, customer: str) -> VisitRecord | None:
        """Return the open visit of a customer at a branch today."""

    def find(
        self, *, branch: str, day: date, stage: str | None, customer: str | None, after: str | None, limit: int
    ) -> Sequence[VisitRecord]:
        """Return visits in order of id."""


class Customers(Protocol):
    """What is known of customers: files, appointments, owners, earlier visits."""

    def know(
        self, customer: str, *, branch: str, day: date, appointment: str | None, referrer: str | None, now: datetime
    ) -> KnownCustomer:
        """Return everything that an arrival needs, in one query."""

    def set_owner(self, customer: str, consultant: str, at: datetime) -> tuple[str | None, int]:
        """Make somebody responsible; returns who was before and the new version."""

    def owners(self) -> Iterator[tuple[str, str, int]]:
        """Return customer, owner and version of everybody who has an owner."""

    def count(self, customer: str, branch: str, **added: int) -> None:
        """Add to what a customer has been here for: consultations, deals, sessions_bought, sessions_used."""

    def put(self, values: Mapping[str, Any], version: int) -> None:
        """Keep a file; an older version than the known one is ignored."""

    def forget(self) -> None:
        """Let every file be told anew."""


class Appointments(Protocol):
    """Copies of the appointment service's slips."""

    def put(self, values: Mapping[str, Any], version: int) -> None:
        """Keep a booked slip; an older version than the known one is ignored."""

    def change(self, id_: str, version: int, **values: object) -> None:
        """Change a slip, also one whose booking has not arrived yet."""

    def forget(self) -> None:
        """Let every slip be told anew."""


class Projects(Protocol):
    """Copies of the billing service's projects."""

    def put(self, values: Mapping[str, Any], version: int) -> None:
        """Keep a project; an older version than the known one is ignored."""

    def forget(self) -> None:
        """Let every project be told anew."""


class Branches(Protocol):
    """Copies of the gateway's branches."""

    def put(self, code: str, timezone: str, version: int) -> None:
        """Keep a branch; an older version than the known one is ignored."""

    def forget(self) -> None:
        """Let every branch be told anew."""


class Roster(Protocol):
    """The standing roster of a branch."""

    def of(self, branch: str) -> Sequence[RosterPlace]:
        """Return everybody, in order of place."""

    def branches(self) -> Sequence[str]:
        """Return the branches that have a roster."""

    def everybody(self) -> Sequence[RosterPlace]:
        """Return the places of all branches."""

    def put(self, place: RosterPlace) -> RosterPlace | None:
        """Save a place; None when it is the same already."""

    def names(self, branch: str) -> Names:
        """Return readable names of a branch's consultants and of the projects."""


class UnitOfWork(BaseUnitOfWork, Protocol):
    """The triage service's transaction."""

    @property
    def days(self) -> Days:
        """Branch days."""

    @property
    def visits(self) -> Visits:
        """Visits."""

    @property
    def customers(self) -> Customers:
        """Customers."""

    @property
    def appointments(self) -> Appointments:
        """Appointments."""

    @property
    def projects(self) -> Projects:
        """Projects."""

    @property
    def branches(self) -> Branches:
        """Branches."""

    @property
    def roster(self) -> Roster:
        """The standing roster."""
