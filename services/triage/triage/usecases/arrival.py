"""An arrival: what is said at the desk and known before becomes one entry in the ledger, at once or later (T8-T21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from qiantai.both import Both
from qiantai.slips import is_for_something_else

from triage.domain.changed import changed
from triage.domain.errors import ProjectNotInCatalogue
from triage.domain.events import Arrive, OwnerKnown
from triage.domain.model import Decision
from triage.domain.rotation.advance import advance
from triage.domain.words import VisitClass
from triage.usecases.happen import happen, live_day
from triage.usecases.model import KnownCustomer, Said, VisitRecord
from triage.usecases.ownership import owners_to_learn
from triage.usecases.ports import LiveDay, UnitOfWork


def with_answers(record: VisitRecord, said: Said, known: KnownCustomer) -> VisitRecord:
    """Return the visit with what is said now in the place of what was said before.

    Where the desk says nothing, the appointment and the customer's file hold.
    """
    said = record.said.and_then(said)
    return changed(
        record,
        said=said,
        projects=said.projects or known.projects,
        appointment=known.appointment or record.appointment,
        referrer=said.referrer or record.referrer or known.referrer,
        online_consultant=said.online_consultant or record.online_consultant or known.online_consultant,
    )


def without_slip_for_something_else(known: KnownCustomer, said: Said, at: datetime) -> KnownCustomer:
    """Return what is known, without a slip that an arrival at `at` is not for (A11).

    It stays expected, unless the desk says that the visitor comes for it.
    """
    if said.appointment is not None or known.appointment_at is None:
        return known
    if not is_for_something_else(known.appointment_at, known.projects, at, said.projects or ()):
        return known
    return replace(
        known, appointment=None, appointment_kind=None, appointment_at=None, projects=(), online_consultant=None
    )


def let_arrive(record: VisitRecord, known: KnownCustomer, uow: UnitOfWork) -> VisitRecord:
    """Assign a visit by the rules; the day first learns whose customers it is about.

    Raises ProjectNotInCatalogue, UnknownConsultant for a consultant that the day does not have.
    """
    live = live_day(record.branch, record.day, uow)
    for event in _owners(record, known, live, uow):
        happen(live, event, uow)
    happen(live, _arrive(record, known, live, uow), uow)
    return uow.visits.lock(record.id)


def would_arrive(record: VisitRecord, known: KnownCustomer, uow: UnitOfWork) -> Decision:
    """Return what the rules would decide now, or raise what `let_arrive` would; nothing is changed."""
    live = live_day(record.branch, record.day, uow)
    state = live.day
    for event in _owners(record, known, live, uow):
        state, _ = advance(state, event)
    _, decisions = advance(state, _arrive(record, known, live, uow))
    return next(decision for decision in decisions if decision.visit == record.id)


def _arrive(record: VisitRecord, known: KnownCustomer, live: LiveDay, uow: UnitOfWork) -> Arrive:
    said, setting = record.said, live.day.setting
    unknown = sorted({*record.projects, *filter(None, [said.primary])} - set(setting.projects))
    if unknown:
        raise ProjectNotInCatalogue(
            Both("Unknown project: {projects}.", "没有这些项目：{projects}。").format(projects=unknown),
            fields={"projects": Both("take codes of the catalogue", "请使用目录中的代码。")},
        )
    for_treatment = known.appointment_kind == "treatment" and known.unused_here > 0
    return Arrive(
        at=live.at(uow.now),
        visit=record.id,
        customer=record.customer,
        klass=VisitClass(record.visit_class),
        projects=record.projects,
        primary=said.primary or next(iter(record.projects), None),
        notes_projects=known.projects if said.projects else (),
        referrer=record.referrer,
        owner=known.owner if known.owner in setting.consultants else None,
        stand_in=said.stand_in,
        online_consultant=record.online_consultant,
        party=said.party,
        soon=frozenset(said.soon or ()),
        absent=frozenset(said.absent or ()),
        treat_now=bool(said.treat_now) or for_treatment,
        source=said.source,
        requested=said.requested,
    )


def _owners(record: VisitRecord, known: KnownCustomer, live: LiveDay, uow: UnitOfWork) -> list[OwnerKnown]:
    """Return what the day is to learn first: the owner, if it changed elsewhere, and the referrer's owner (T12)."""
    owner = known.owner if known.id in live.day.owners else None
    return owners_to_learn([(known.id, owner), (record.referrer, known.referrer_owner)], live, uow)
