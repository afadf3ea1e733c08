"""Housekeeping of the shared tables: what was published, received and answered is forgotten by time."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from qiantai import metrics
from qiantai.service import Job
from qiantai.storage.unit_of_work import SqlUnitOfWork

_CHUNK = 5000
_KEEP = (
    ("outbox", "published_at", timedelta(days=14)),
    ("inbox", "received_at", timedelta(days=14)),
    ("idempotency_key", "created_at", timedelta(days=2)),
)


def forget_old_rows(uow: SqlUnitOfWork) -> None:
    """Delete one chunk of old rows of each table, so that no transaction is long."""
    for table, column, keep in _KEEP:
        uow.connection.execute(
            sa.text(
                f"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} "  # noqa: S608 - constants
                f"WHERE {column} < :before LIMIT :chunk))"
            ),
            {"before": uow.now - keep, "chunk": _CHUNK},
        )


def measure(uow: SqlUnitOfWork) -> None:
    """Set the gauges of the outbox."""
    service = str(uow.connection.scalar(sa.text("SELECT current_schema()"))).replace("_", "-")
    waiting, oldest = uow.connection.execute(
        sa.text(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)"
            " FROM outbox WHERE published_at IS NULL"
        )
    ).one()
    metrics.OUTBOX_WAITING.labels(service).set(waiting)
    metrics.OUTBOX_OLDEST.labels(service).set(float(oldest))


UPKEEP = (
    Job(name="forget_old_rows", every=timedelta(minutes=5), run=forget_old_rows),
    Job(name="measure", every=timedelta(seconds=15), run=measure),
)
