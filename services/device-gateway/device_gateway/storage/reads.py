"""Devices, cards and unrecognised reads on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from qiantai.storage.known import put_newer
from qiantai.storage.locks import hold
from qiantai.storage.scope import in_scope
from qiantai.storage.statements import Statements
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from device_gateway.domain.codes import IN_USE, KnownAppointment, KnownCard
from device_gateway.domain.reads import OPEN, DeskRead, Device, DeviceTest, UnrecognisedRead
from device_gateway.known import Card
from device_gateway.storage import tables as t
from device_gateway.usecases.ports import Reads

_COUNTED = ("last_read", "scanned", "unrecognised")


_COUNT = """
INSERT INTO device AS known
    (branch, device, desk, state, since, reason, garbage_bytes, last_read, scanned, unrecognised, version)
VALUES (:branch, :device, :desk, 'unknown', :at, '', 0, :at, :scanned, :unrecognised, 0)
ON CONFLICT (branch, device) DO UPDATE SET
    last_read = greatest(known.last_read, excluded.last_read),
    scanned = known.scanned + excluded.scanned,
    unrecognised = known.unrecognised + excluded.unrecognised
"""


_APPOINTMENT = """
WITH named AS (
    SELECT subject FROM board_fact WHERE kind = 'appointment' AND type = 'booked'
        AND upper(data->>'number') = upper(CAST(:number AS text)) ORDER BY at DESC LIMIT 1
)
SELECT subject AS appointment, customer, CASE type WHEN 'expected_again' THEN 'booked' ELSE type END AS state
FROM board_fact JOIN named USING (subject)
WHERE kind = 'appointment' AND type IN ('booked', 'cancelled', 'arrived', 'expected_again', 'completed', 'no_show')
ORDER BY version DESC LIMIT 1
"""


class SqlReads(Reads):
    """Devices and the reads that opened nothing."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def device_became(self, device: Device) -> None:
        put_newer(self._statements.connection, t.device, asdict(device), kept=_COUNTED)

    @override
    def count(self, *, branch: str, device: str, desk: str, at: datetime, scanned: bool) -> None:
        counted = {"scanned": int(scanned), "unrecognised": int(not scanned)}
        self._statements.update_later(
            "device", _COUNT, {"branch": branch, "device": device, "desk": desk, "at": at, **counted}
        )

    @override
    def devices(self, *, branch: str | None, scope: Sequence[str] | None) -> Sequence[Device]:
        query = (
            sa.select(t.device).where(in_scope(t.device.c.branch, scope)).order_by(t.device.c.branch, t.device.c.device)
        )
        if branch is not None:
            query = query.where(t.device.c.branch == branch)
        return [Device(**row._mapping) for row in self._statements.connection.execute(query)]

    @override
    def add(self, read: UnrecognisedRead) -> bool:
        new = insert(t.unrecognised).values(**asdict(read)).on_conflict_do_nothing()
        return self._statements.connection.execute(new.returning(t.unrecognised.c.id)).first() is not None

    @override
    def lock(self, scan: str, scope: Sequence[str] | None) -> UnrecognisedRead | None:
        mine = in_scope(t.unrecognised.c.branch, scope)
        query = sa.select(t.unrecognised).where(t.unrecognised.c.id == scan, mine).with_for_update()
        return next(iter(self._reads(query)), None)

    @override
    def save(self, read: UnrecognisedRead) -> None:
        values = {name: getattr(read, name) for name in ("state", "customer", "closed_by", "closed_at")}
        self._statements.connection.execute(
            sa.update(t.unrecognised).where(t.unrecognised.c.id == read.id).values(**values)
        )

    @override
    def open_of(self, code: str) -> Sequence[UnrecognisedRead]:
        return self._reads(
            sa.select(t.unrecognised)
            .where(sa.func.upper(t.unrecognised.c.code) == code.upper(), t.unrecognised.c.state == OPEN)
            .order_by(t.unrecognised.c.id)
            .with_for_update()
        )

    @override
    def open_in(self, *, branch: str, limit: int) -> Sequence[UnrecognisedRead]:
        return self._reads(
            sa.select(t.unrecognised)
            .where(t.unrecognised.c.branch == branch, t.unrecognised.c.state == OPEN)
            .order_by(t.unrecognised.c.device_time.desc())
            .limit(limit)
        )

    @override
    def card_became(self, card: Card, version: int) -> None:
        new = insert(t.card).values(**asdict(card), version=version)
        c, fresh = t.card.c, new.excluded
        changes = {
            "issued_at": sa.func.least(c.issued_at, fresh.issued_at),
            "kind": sa.func.coalesce(fresh.kind, c.kind),
            "state": fresh.state,
            "version": fresh.version,
        }
        self._statements.connection.execute(
            new.on_conflict_do_update(index_elements=["id"], set_=changes, where=fresh.version > c.version)
        )

    @override
    def known_card(self, number: str) -> KnownCard | None:
        c = t.card.c
        query = (
            sa.select(c.customer, c.kind, c.state)
            .where(sa.func.upper(c.number) == number.upper())
            .order_by((c.state == IN_USE).desc(), c.version.desc(), c.id.desc())
        )
        row = self._statements.connection.execute(query.limit(1)).first()
        return None if row is None else KnownCard(customer=row.customer, kind=row.kind or "design", state=row.state)

    @override
    def known_appointment(self, number: str) -> KnownAppointment | None:
        rows = self._statements.fetch(_APPOINTMENT, {"number": number})
        if not rows:
            return None
        return KnownAppointment(appointment=rows[0].appointment, customer=rows[0].customer, state=rows[0].state)

    @override
    def at_desk(self, *, branch: str, desk: str, code: str, since: datetime, until: datetime) -> DeskRead | None:
        c = t.desk_read.c
        query = (
            sa.select(t.desk_read)
            .where(c.branch == branch, c.desk == desk, sa.func.upper(c.code) == code.upper())
            .where(c.read_at.between(since, until))
            .order_by(c.read_at.desc())
        )
        row = self._statements.connection.execute(query.limit(1)).first()
        return None if row is None else DeskRead(**row._mapping)

    @override
    def add_at_desk(self, read: DeskRead) -> None:
        values = {name: value for name, value in asdict(read).items() if name != "again"}
        self._statements.connection.execute(insert(t.desk_read).values(**values))

    @override
    def test_of(self, branch: str, device: str) -> DeviceTest | None:
        c = t.device_test.c
        query = sa.select(t.device_test).where(c.branch == branch, c.device == device).with_for_update()
        row = self._statements.connection.execute(query).first()
        return None if row is None else DeviceTest(**row._mapping)

    @override
    def save_test(self, test: DeviceTest) -> None:
        values = asdict(test)
        new = insert(t.device_test).values(**values)
        self._statements.connection.execute(new.on_conflict_do_update(index_elements=["branch", "device"], set_=values))

    @override
    def lock_code(self, code: str) -> None:
        hold(self._statements, f"code:{code.upper()}")

    @override
    def holder(self, number: str) -> tuple[str, datetime] | None:
        row = self._statements.connection.execute(
            sa.select(t.card.c.customer, t.card.c.issued_at)
            .where(t.card.c.number.in_({number, number.upper(), number.lower()}))
            .order_by(t.card.c.id.desc())
        ).first()
        return None if row is None else (row.customer, row.issued_at)

    def _reads(self, query: sa.Select[tuple[object, ...]]) -> list[UnrecognisedRead]:
        return [UnrecognisedRead(**row._mapping) for row in self._statements.connection.execute(query)]
