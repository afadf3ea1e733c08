"""Which scans and visits were about which appointment, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from qiantai.uow import Context
from sqlalchemy.dialects.postgresql import insert

from appointment.storage import tables as t


class SqlArrivals:
    """Scans and visits by their ids."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        self._connection = connection
        self._now = context.now

    def of_scan(self, scan: str) -> str | None:
        """Return the appointment that a scan made arrive, None if it has not."""
        query = sa.select(t.scan.c.appointment).where(t.scan.c.scan == scan)
        return self._connection.execute(query).scalar_one_or_none()

    def keep_scan(self, scan: str, appointment: str) -> None:
        """Remember what a scan was about; what is kept already stays."""
        self._connection.execute(
            insert(t.scan).values(scan=scan, appointment=appointment, kept_at=self._now).on_conflict_do_nothing()
        )

    def taken(self, appointments: Sequence[str], *, other_than: str) -> set[str]:
        """Return those of the appointments that a visit other than this one is about."""
        query = sa.select(t.visit.c.appointment).where(
            t.visit.c.appointment.in_(appointments), t.visit.c.visit != other_than
        )
        return {str(found) for found in self._connection.execute(query).scalars()}

    def of_visit(self, visit: str) -> str | None:
        """Return the appointment that a visit is about, None if there is none or the visit is unknown."""
        query = sa.select(t.visit.c.appointment).where(t.visit.c.visit == visit)
        return self._connection.execute(query).scalar_one_or_none()

    def keep_visit(self, visit: str, appointment: str | None) -> datetime | None:
        """Remember what a visit is about; returns when it finished, None if it has not."""
        add = insert(t.visit).values(visit=visit, appointment=appointment, kept_at=self._now)
        about = sa.func.coalesce(t.visit.c.appointment, add.excluded.appointment)
        kept = add.on_conflict_do_update(index_elements=["visit"], set_={"appointment": about})
        finished_at: datetime | None = self._connection.execute(kept.returning(t.visit.c.finished_at)).scalar_one()
        return finished_at

    def finish_visit(self, visit: str, at: datetime) -> str | None:
        """Remember that a visit finished; returns the appointment that it is about."""
        add = insert(t.visit).values(visit=visit, finished_at=at, kept_at=self._now)
        kept = add.on_conflict_do_update(index_elements=["visit"], set_={"finished_at": add.excluded.finished_at})
        about: str | None = self._connection.execute(kept.returning(t.visit.c.appointment)).scalar_one()
        return about

    def forget(self, before: datetime) -> None:
        """Drop what was kept before an instant."""
        for table in (t.scan, t.visit):
            self._connection.execute(sa.delete(table).where(table.c.kept_at < before))
