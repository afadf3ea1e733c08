"""Which scans and visits were about which appointment, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

import sqlalchemy as sa
from qiantai.storage.known import of_person
from qiantai.storage.statements import Statements
from qiantai.uow import Context
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from appointment.storage import tables as t
from appointment.usecases.ports import Arrivals, Finished, KeptVisit

_OF_SCAN = "SELECT CAST(appointment AS text) AS appointment FROM arrival_scan WHERE scan = :scan"
_KEEP_SCAN = (
    "INSERT INTO arrival_scan (scan, appointment, kept_at) VALUES (:scan, :appointment, :now) ON CONFLICT DO NOTHING"
)
_OF_VISIT = "SELECT CAST(appointment AS text) AS appointment FROM visit WHERE visit = :visit"
_KEPT = tuple(field.name for field in fields(KeptVisit))
_VISIT = (
    "SELECT visit, CAST(appointment AS text) AS appointment, CAST(customer AS text) AS customer, branch, arrived_at"
    " FROM visit WHERE visit = :visit AND arrived_at IS NOT NULL"
)
_LEAVE = "UPDATE visit SET appointment = NULL WHERE visit = :visit RETURNING visit"
_KEEP_VISIT = (
    "INSERT INTO visit AS kept (visit, appointment, customer, branch, arrived_at, kept_at)"
    " VALUES (:visit, :appointment, :customer, :branch, :arrived_at, :now)"
    " ON CONFLICT (visit) DO UPDATE SET appointment = coalesce(kept.appointment, excluded.appointment),"
    " customer = excluded.customer, branch = excluded.branch, arrived_at = excluded.arrived_at"
    " RETURNING finished_at, outcome"
)


class SqlArrivals(Arrivals):
    """Scans and visits by their ids."""

    def __init__(self, statements: Statements, context: Context) -> None:
        self._statements = statements
        self._now = context.now

    @override
    def of_scan(self, scan: str) -> str | None:
        rows = self._statements.fetch(_OF_SCAN, {"scan": scan})
        return rows[0].appointment if rows else None

    @override
    def keep_scan(self, scan: str, appointment: str) -> None:
        values = {"scan": scan, "appointment": appointment, "now": self._now}
        self._statements.update_later("arrival_scan", _KEEP_SCAN, values)

    @override
    def taken(self, appointments: Sequence[str], *, other_than: str) -> set[str]:
        query = sa.select(t.visit.c.appointment).where(
            t.visit.c.appointment.in_(appointments), t.visit.c.visit != other_than
        )
        return {str(found) for found in self._statements.connection.execute(query).scalars()}

    @override
    def of_visit(self, visit: str) -> str | None:
        rows = self._statements.fetch(_OF_VISIT, {"visit": visit})
        return rows[0].appointment if rows else None

    @override
    def visit(self, visit: str) -> KeptVisit | None:
        rows = self._statements.fetch(_VISIT, {"visit": visit})
        return KeptVisit(**{name: getattr(rows[0], name) for name in _KEPT}) if rows else None

    @override
    def leave(self, visit: str) -> None:
        self._statements.fetch(_LEAVE, {"visit": visit})

    @override
    def keep_visit(self, visit: KeptVisit) -> Finished | None:
        [row] = self._statements.fetch(_KEEP_VISIT, {**asdict(visit), "now": self._now})
        return None if row.finished_at is None else Finished(at=row.finished_at, outcome=row.outcome)

    @override
    def was_here(self, customer: str, branch: str, begin: datetime, end: datetime) -> bool:
        of_visits = sa.select(t.visit.c.visit).where(
            of_person(t.visit.c.customer, customer),
            t.visit.c.branch == branch,
            t.visit.c.arrived_at >= begin,
            t.visit.c.arrived_at < end,
        )
        of_slips = sa.select(t.appointment.c.id).where(
            of_person(t.appointment.c.customer, customer),
            t.appointment.c.branch == branch,
            t.appointment.c.arrived_at >= begin,
            t.appointment.c.arrived_at < end,
        )
        return bool(self._statements.connection.scalar(sa.select(of_visits.exists() | of_slips.exists())))

    @override
    def finish_visit(self, visit: str, finished: Finished) -> str | None:
        ended = {"finished_at": finished.at, "outcome": finished.outcome}
        add = insert(t.visit).values(visit=visit, **ended, kept_at=self._now)
        kept = add.on_conflict_do_update(index_elements=["visit"], set_=ended)
        about: str | None = self._statements.connection.execute(kept.returning(t.visit.c.appointment)).scalar_one()
        return about

    @override
    def forget(self, before: datetime) -> None:
        for table in (t.scan, t.visit):
            self._statements.connection.execute(sa.delete(table).where(table.c.kept_at < before))
