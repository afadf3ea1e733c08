"""Which scans and visits were about which appointment, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from qiantai.storage.statements import Statements
from qiantai.uow import Context
from sqlalchemy.dialects.postgresql import insert

from appointment.storage import tables as t

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


class SqlArrivals:
    """Scans and visits by their ids."""

    def __init__(self, statements: Statements, context: Context) -> None:
        self._statements = statements
        self._now = context.now

    def of_scan(self, scan: str) -> str | None:
        """Return the appointment that a scan made arrive, None if it has not."""
        rows = self._statements.fetch(_OF_SCAN, {"scan": scan})
        return rows[0].appointment if rows else None

    def keep_scan(self, scan: str, appointment: str) -> None:
        """Remember what a scan was about; what is kept already stays."""
        values = {"scan": scan, "appointment": appointment, "now": self._now}
        self._statements.update_later("arrival_scan", _KEEP_SCAN, values)

    def taken(self, appointments: Sequence[str], *, other_than: str) -> set[str]:
        """Return those of the appointments that a visit other than this one is about."""
        query = sa.select(t.visit.c.appointment).where(
            t.visit.c.appointment.in_(appointments), t.visit.c.visit != other_than
        )
        return {str(found) for found in self._statements.connection.execute(query).scalars()}

    def of_visit(self, visit: str) -> str | None:
        """Return the appointment that a visit is about, None if there is none or the visit is unknown."""
        rows = self._statements.fetch(_OF_VISIT, {"visit": visit})
        return rows[0].appointment if rows else None

    def keep_visit(self, visit: str, appointment: str | None) -> datetime | None:
        """Remember what a visit is about; returns when it finished, None if it has not."""
        values = {"visit": visit, "appointment": appointment, "now": self._now}
        [row] = self._statements.fetch(_KEEP_VISIT, values)
        finished_at: datetime | None = row.finished_at
        return finished_at

    def finish_visit(self, visit: str, at: datetime) -> str | None:
        """Remember that a visit finished; returns the appointment that it is about."""
        add = insert(t.visit).values(visit=visit, finished_at=at, kept_at=self._now)
        kept = add.on_conflict_do_update(index_elements=["visit"], set_={"finished_at": add.excluded.finished_at})
        about: str | None = self._statements.connection.execute(kept.returning(t.visit.c.appointment)).scalar_one()
        return about

    def forget(self, before: datetime) -> None:
        """Drop what was kept before an instant."""
        for table in (t.scan, t.visit):
            self._statements.connection.execute(sa.delete(table).where(table.c.kept_at < before))
