"""Devices and unrecognised reads in the centre (G3, G6)."""

from __future__ import annotations

from typing import Any

from qiantai.contracts.customer import CardIssued, CardRevoked
from qiantai.contracts.device_gateway import (
    ArrivalScanned,
    ArrivalUnrecognised,
    DeviceFaulty,
    DeviceOffline,
    DeviceOnline,
)
from qiantai.told import Told

from device_gateway.domain import devices
from device_gateway.domain.codes import IN_USE
from device_gateway.domain.errors import UnknownScan
from device_gateway.domain.reads import Device, UnrecognisedRead, bound, dismiss
from device_gateway.known import Card
from device_gateway.usecases import board
from device_gateway.usecases.ports import UnitOfWork

_STATES: dict[type[Any], str] = {
    DeviceOnline: devices.ONLINE,
    DeviceOffline: devices.OFFLINE,
    DeviceFaulty: devices.FAULTY,
}


def device_became(told: Told[DeviceOnline | DeviceOffline | DeviceFaulty], uow: UnitOfWork) -> None:
    """A device's state, as its edge tells it."""
    event = told.event
    uow.reads.device_became(
        Device(
            branch=event.branch,
            device=event.device,
            desk=event.desk,
            state=_STATES[type(event)],
            since=event.since,
            reason=getattr(event, "reason", ""),
            garbage_bytes=getattr(event, "garbage_bytes", 0),
            version=told.version,
        )
    )


def scanned(told: Told[ArrivalScanned], uow: UnitOfWork) -> None:
    """Count a read and show its customer as here."""
    event = told.event
    uow.reads.count(branch=event.branch, device=event.device, desk=event.desk, at=event.device_time, scanned=True)
    board.take(told, uow)


def unrecognised(told: Told[ArrivalUnrecognised], uow: UnitOfWork) -> None:
    """Count a read that opened nothing and show it at the desk."""
    event = told.event
    read = UnrecognisedRead(
        id=event.scan,
        branch=event.branch,
        device=event.device,
        desk=event.desk,
        code=event.code,
        reason=event.reason,
        device_time=event.device_time,
        gateway_time=event.gateway_time,
    )
    uow.reads.lock_code(event.code)
    holder = uow.reads.holder(event.code)
    if holder is not None:
        read = bound(read, customer=holder[0], at=holder[1])
    if uow.reads.add(read):
        uow.reads.count(branch=event.branch, device=event.device, desk=event.desk, at=event.device_time, scanned=False)
        board.show_read(read, uow)


def know_card(told: Told[CardIssued | CardRevoked], uow: UnitOfWork) -> None:
    """Keep whose a number is; close the open reads of one that now belongs to somebody."""
    event = told.event
    uow.reads.lock_code(event.number)
    card = Card(
        id=event.card,
        number=event.number,
        customer=event.customer,
        issued_at=told.time,
        kind=None if isinstance(event, CardRevoked) else event.kind,
        state=event.reason if isinstance(event, CardRevoked) else IN_USE,
    )
    uow.reads.card_became(card, told.version)
    if isinstance(event, CardRevoked):
        return
    for read in uow.reads.open_of(event.number):
        after = bound(read, customer=event.customer, at=told.time)
        uow.reads.save(after)
        board.show_read(after, uow)


def dismiss_read(scan: str, uow: UnitOfWork) -> UnrecognisedRead:
    """Put an unrecognised read aside: nobody is to be bound to it. Raises UnknownScan, ScanClosed."""
    read = uow.reads.lock(scan, uow.actor.scope)
    if read is None:
        raise UnknownScan
    after = dismiss(read, by=uow.actor.id, at=uow.now)
    uow.reads.save(after)
    board.show_read(after, uow)
    return after
