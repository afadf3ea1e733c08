"""PINs on PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from device_gateway.domain.pins import Pin
from device_gateway.storage import tables as t
from device_gateway.usecases.ports import Pins


class SqlPins(Pins):
    """PINs by account and device."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def has(self, staff: str, device: str | None) -> bool:
        mine = sa.and_(t.pin.c.staff == staff, t.pin.c.device == device)
        return device is not None and bool(self._connection.scalar(sa.select(sa.exists().where(mine))))

    @override
    def lock(self, staff: str, device: str) -> Pin | None:
        query = sa.select(t.pin).where(t.pin.c.staff == staff, t.pin.c.device == device).with_for_update()
        row = self._connection.execute(query).first()
        return None if row is None else Pin(**row._mapping)

    @override
    def save(self, pin: Pin) -> None:
        values = asdict(pin)
        new = insert(t.pin).values(**values)
        self._connection.execute(new.on_conflict_do_update(index_elements=["staff", "device"], set_=values))

    @override
    def forget(self, staff: str, device: str | None = None) -> None:
        query = sa.delete(t.pin).where(t.pin.c.staff == staff)
        self._connection.execute(query if device is None else query.where(t.pin.c.device == device))
