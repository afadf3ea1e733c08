"""What the use cases need of the storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from qiantai.uow import UnitOfWork as BaseUnitOfWork

from appointment.domain.model import Appointment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A member of staff as the gateway told."""

    id: str
    name: str
    roles: tuple[str, ...]
    active: bool
    branches: tuple[str, ...]

    def works_in(self, branch: str) -> bool:
        """Say whether the provider can be booked in `branch`."""
        return self.active and bool({branch, "*"} & set(self.branches))


class Appointments(Protocol):
    """Appointments by id; a change locks its appointment. What lies outside the actor's branches is unknown."""

    def add(self, appointment: Appointment, step: Step) -> Appointment:
        """Save a new appointment and return it with its number. Raises ProviderBusy (A8)."""

    def get(self, id_: str) -> Appointment:
        """Return an appointment. Raises UnknownAppointment."""

    def by_sequence(self, sequence: int) -> Appointment:
        """Return the appointment with this sequence in its number. Raises UnknownAppointment."""

    def lock(self, id_: str) -> Appointment:
        """Return an appointment that nobody else can change until this transaction ends. Raises UnknownAppointment."""

    def lock_of_day(
        self, customer: str, branch: str, begin: datetime, end: datetime, *, also: str | None = None
    ) -> Sequence[Appointment]:
        """Return, locked, the branch's appointments of the customer, and `also`, that start in [begin, end)."""

    def own_then(self, customer: str, begin: datetime, end: datetime, *, other_than: str | None) -> Appointment | None:
        """Return the slip of a person, in any branch, that takes some of [begin, end); None without one.

        Nobody else asks this of the person until this transaction ends.
        """

    def lock_missed(self, branch: str, before: datetime, *, limit: int) -> Sequence[Appointment]:
        """Return, locked, expected appointments that started before an instant; those being changed are left out."""

    def branches_with_missed(self, before: datetime) -> Sequence[str]:
        """Return the branches that have expected appointments which started before an instant."""

    def save(self, appointment: Appointment, step: Step) -> None:
        """Save a changed appointment and the step that led there. Raises ProviderBusy (A8)."""

    def history(self, id_: str) -> Sequence[Mapping[str, Any]]:
        """Return the steps of an appointment, oldest first (A3)."""

    def last_step(self, id_: str) -> Mapping[str, Any]:
        """Return the step that brought an appointment to where it is."""

    def find(
        self,
        *,
        branch: str | None = None,
        begin: datetime | None = None,
        end: datetime | None = None,
        state: str | None = None,
        customer: str | None = None,
        provider: str | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 50,
    ) -> Sequence[Appointment]:
        """Return appointments in order of their start; `begin` is included, `end` is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVisit:
    """A visit, and the appointment that it is about."""

    visit: str
    appointment: str | None
    customer: str
    branch: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """When the consultation of a visit finished, and with which outcome; None where that was not kept."""

    at: datetime
    outcome: str | None


class Arrivals(Protocol):
    """Which scans and visits were about which appointment."""

    def of_scan(self, scan: str) -> str | None:
        """Return the appointment that a scan made arrive, None if it has not."""

    def keep_scan(self, scan: str, appointment: str) -> None:
        """Remember what a scan was about; what is kept already stays."""

    def taken(self, appointments: Sequence[str], *, other_than: str) -> set[str]:
        """Return those of the appointments that a visit other than this one is about."""

    def of_visit(self, visit: str) -> str | None:
        """Return the appointment that a visit is about, None if there is none or the visit is unknown."""

    def visit(self, visit: str) -> KeptVisit | None:
        """Return a visit, None for one that is unknown."""

    def leave(self, visit: str) -> None:
        """Let a visit be about no appointment any more."""

    def keep_visit(self, visit: KeptVisit) -> Finished | None:
        """Remember whose visit it is and what it is about; returns how it finished, None if it has not."""

    def was_here(self, customer: str, branch: str, begin: datetime, end: datetime) -> bool:
        """Say whether a person, under any of the files, arrived at a branch in [begin, end), for whatever reason."""

    def finish_visit(self, visit: str, finished: Finished) -> str | None:
        """Remember that a visit finished; returns the appointment that it is about."""

    def forget(self, before: datetime) -> None:
        """Drop what was kept before an instant."""


class Providers(Protocol):
    """Staff who can be booked; each has a key in the calendar (A8)."""

    def get(self, id_: str) -> Provider | None:
        """Return somebody as the gateway told, None for somebody unknown."""

    def of(self, branch: str, roles: Sequence[str]) -> Sequence[Provider]:
        """Return those who work in a branch with one of these roles, by name."""

    def lock(self, id_: str) -> Provider | None:
        """Return a provider whom nobody else can book until this transaction ends, None for somebody unknown."""

    def put(self, provider: Provider, version: int) -> None:
        """Take over a member of staff unless a newer state is known."""


class UnitOfWork(BaseUnitOfWork, Protocol):
    """The appointment service's transaction."""

    appointments: Appointments
    arrivals: Arrivals
    providers: Providers
