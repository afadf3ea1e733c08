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

from device_gateway.domain.reads import OPEN, Device, UnrecognisedRead
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
    def card_issued(self, *, card: str, number: str, customer: str, at: datetime, version: int) -> None:
        new = insert(t.card).values(id=card, number=number, customer=customer, issued_at=at, version=version)
        self._statements.connection.execute(
            new.on_conflict_do_update(
                index_elements=["id"],
                set_={
                    "issued_at": sa.func.least(t.card.c.issued_at, new.excluded.issued_at),
                    "version": new.excluded.version,
                },
                where=new.excluded.version > t.card.c.version,
            )
        )

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
