"""Shifts by day and who checked in, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from qiantai.storage.locks import hold, share
from qiantai.storage.statements import Statements
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from triage.storage import tables as t
from triage.usecases.model import Attendance, ShiftRecord
from triage.usecases.ports import AttendanceBook, Shifts

_AT_ONCE = 500
_KEY = ["branch", "day", "staff"]
_OF_DAY = sa.text("SELECT staff, shift FROM shift WHERE branch = :branch AND day = :day")


def shifts_of_day(connection: sa.Connection, branch: str, day: date, *, held: bool = False) -> dict[str, str]:
    """Return staff -> shift of a day; `held` lets nobody change shifts of the branch until this transaction ends."""
    if held:
        share(connection, f"shift:{branch}")
    return {row.staff: row.shift for row in connection.execute(_OF_DAY, {"branch": branch, "day": day})}


class SqlShifts(Shifts):
    """排班: shifts by branch and day."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def lock(self, branch: str) -> None:
        hold(self._statements, f"shift:{branch}")

    @override
    def between(self, branch: str, first: date, last: date) -> Sequence[ShiftRecord]:
        query = (
            sa.select(t.shift)
            .where(t.shift.c.branch == branch, t.shift.c.day.between(first, last))
            .order_by(t.shift.c.day, t.shift.c.staff)
        )
        return [ShiftRecord(**row._mapping) for row in self._statements.connection.execute(query)]

    @override
    def of_day(self, branch: str, day: date) -> Mapping[str, str]:
        return shifts_of_day(self._statements.connection, branch, day)

    @override
    def put(self, shifts: Sequence[ShiftRecord]) -> None:
        for start in range(0, len(shifts), _AT_ONCE):
            statement = insert(t.shift).values([asdict(one) for one in shifts[start : start + _AT_ONCE]])
            self._statements.connection.execute(_in_place(statement))

    @override
    def remove(self, branch: str, day: date, staff: str) -> bool:
        statement = sa.delete(t.shift).where(t.shift.c.branch == branch, t.shift.c.day == day, t.shift.c.staff == staff)
        return self._statements.connection.execute(statement).rowcount > 0


class SqlAttendance(AttendanceBook):
    """签到/签退: who checked in and out."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def of_day(self, branch: str, day: date) -> Sequence[Attendance]:
        query = (
            sa.select(t.attendance)
            .where(t.attendance.c.branch == branch, t.attendance.c.day == day)
            .order_by(t.attendance.c.checked_in_at, t.attendance.c.staff)
        )
        return [Attendance(**row._mapping) for row in self._statements.connection.execute(query)]

    @override
    def put(self, one: Attendance) -> None:
        self._statements.connection.execute(_in_place(insert(t.attendance).values(**asdict(one))))


def _in_place(statement: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own insert
    new = {column.name: column for column in statement.excluded if column.name not in _KEY}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=new)
