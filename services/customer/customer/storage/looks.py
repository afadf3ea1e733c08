"""Looks at files on PostgreSQL: a count by account and minute, and audit entries of reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from psycopg.types.json import Jsonb
from qiantai.storage.statements import Statements
from qiantai.uow import Context
from typing_extensions import override

from customer.usecases.ports import Looks

_COUNT = """
WITH counted AS (
    INSERT INTO look (actor, minute, files) VALUES (:actor, :minute, :files)
    ON CONFLICT (actor, minute) DO UPDATE SET files = look.files + excluded.files RETURNING files
)
SELECT counted.files AS minute, counted.files + coalesce((
    SELECT sum(files) FROM look WHERE actor = :actor AND minute >= :since AND minute < :minute
), 0) AS day FROM counted
"""
_DAY = timedelta(days=1)


class SqlLooks(Looks):
    """Counted by the actor of the transaction."""

    def __init__(self, statements: Statements, context: Context) -> None:
        self._statements = statements
        self._context = context

    @override
    def count(self, files: int) -> tuple[int, int]:
        minute = self._context.now.replace(second=0, microsecond=0)
        asked = {"actor": self._context.actor.id, "minute": minute, "files": files, "since": minute - _DAY}
        [row] = self._statements.fetch(_COUNT, asked)
        return row.minute, int(row.day)

    @override
    def forget(self, before: datetime) -> None:
        self._statements.update_later("look", "DELETE FROM look WHERE minute < :before", {"before": before})

    @override
    def write(self, action: str, subject: str | None, **details: object) -> None:
        entry = {
            "at": self._context.now,
            "actor": self._context.actor.id,
            "action": action,
            "subject": subject,
            "branch": None,
            "request_id": self._context.causation,
            "details": Jsonb(details),
        }
        self._statements.insert_later("audit", [entry])
