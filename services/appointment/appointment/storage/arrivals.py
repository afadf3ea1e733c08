"""Which scans and visits were about which appointment, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from qiantai.storage.statements import Statements
from qiantai.uow import Context
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from appointment.storage import tables as t
from appointment.usecases.ports import Arrivals

_OF_SCAN = "SELECT CAST(appointment AS text) AS appointment FROM arrival_scan WHERE scan = :scan"
_KEEP_SCAN = (
    "INSERT INTO arrival_scan (scan, appointment, kept_at) VALUES (:scan, :appointment, :now) ON CONFLICT DO NOTHING"
)
_OF_VISIT = "SELECT CAST(appointment AS text) AS appointment FROM visit WHERE visit = :visit"
_KEEP_VISIT = (
    "INSERT INTO visit AS kept (visit, appointment, kept_at) VALUES (:visit, :appointment, :now)"
    " ON CONFLICT (visit) DO UPDATE SET appointment = coalesce(kept.appointment, excluded.appointment)"
    " RETURNING finished_at"
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
    def keep_visit(self, visit: str, appointment: str | None) -> datetime | None:
        values = {"visit": visit, "appointment": appointment, "now": self._now}
        [row] = self._statements.fetch(_KEEP_VISIT, values)
        finished_at: datetime | None = row.finished_at
        return finished_at

    @override
    def finish_visit(self, visit: str, at: datetime) -> str | None:
        add = insert(t.visit).values(visit=visit, finished_at=at, kept_at=self._now)
        kept = add.on_conflict_do_update(index_elements=["visit"], set_={"finished_at": add.excluded.finished_at})
        about: str | None = self._statements.connection.execute(kept.returning(t.visit.c.appointment)).scalar_one()
        return about

    @override
    def forget(self, before: datetime) -> None:
        for table in (t.scan, t.visit):
            self._statements.connection.execute(sa.delete(table).where(table.c.kept_at < before))
