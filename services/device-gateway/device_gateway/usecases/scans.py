"""Reads of scanners that type at a desk, and tests of scanners (G1-G3, G6)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qiantai.both import Both
from qiantai.contracts.device_gateway import ArrivalScanned, ArrivalUnrecognised, DeviceTestAsked, DeviceTestRead
from qiantai.ids import new_id
from qiantai.told import Told

from device_gateway.domain.cleaning import Cleaned, cleaned
from device_gateway.domain.codes import Recognised, Unrecognised, classify
from device_gateway.domain.errors import GarbledRead, NotTested, UnknownBranch, UnknownScanner
from device_gateway.domain.reads import DeskRead, DeviceTest, keyboard
from device_gateway.usecases.ports import UnitOfWork

_NO_CODE = Both("this cannot be a code", "这不是有效的码。")
ONE_READ = timedelta(seconds=2)
"""The same code at the same desk within this time is one read (G2)."""
TEST_LASTS = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a scanner has typed, and what it puts before and behind each code."""

    text: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeScan:
    """A scanner has typed at a desk; `read_at` is when, None for now."""

    branch: str
    desk: str
    typed: Typed
    read_at: datetime | None = None


def take_scan(command: TypeScan, uow: UnitOfWork) -> DeskRead:
    """Take a read that was typed, as one of a serial scanner: cleaned, de-bounced, translated and told.

    Raises UnknownBranch, GarbledRead.
    """
    if not uow.branches.known(command.branch):
        raise UnknownBranch
    found = clean(command.typed)
    if found.code is None:
        raise GarbledRead(fields={"text": _NO_CODE}, facts={"fault": found.fault})
    at = min(command.read_at or uow.now, uow.now)
    uow.reads.lock_code(found.code)
    same = uow.reads.at_desk(
        branch=command.branch, desk=command.desk, code=found.code, since=at - ONE_READ, until=at + ONE_READ
    )
    if same is not None:
        uow.not_audited()
        return replace(same, again=True)
    read = _translated(command, found.code, at, uow)
    uow.note(scan=read.scan, desk=read.desk, device=read.device, outcome="scanned" if read.customer else read.reason)
    uow.reads.add_at_desk(read)
    _tell(read, uow)
    return read


def clean(typed: Typed) -> Cleaned:
    """Return what is left of typed text; the full width of an input method is that of the keys."""
    text, prefix, suffix = (
        unicodedata.normalize("NFKC", part).encode() for part in (typed.text, typed.prefix, typed.suffix)
    )
    return cleaned(text, prefix=prefix, suffix=suffix)


def translate(code: str, uow: UnitOfWork) -> Recognised | Unrecognised:
    """Return what a code opens, by what is known here of cards and appointments."""
    return classify(uow.reads.known_card(code), uow.reads.known_appointment(code))


def _translated(command: TypeScan, code: str, at: datetime, uow: UnitOfWork) -> DeskRead:
    read = DeskRead(
        scan=new_id(),
        branch=command.branch,
        device=keyboard(command.desk),
        desk=command.desk,
        staff=uow.actor.id,
        code=code,
        read_at=at,
    )
    found = translate(code, uow)
    if isinstance(found, Unrecognised):
        return replace(read, reason=found.reason)
    return replace(read, kind=found.kind, customer=found.customer, appointment=found.appointment)


def _tell(read: DeskRead, uow: UnitOfWork) -> None:
    if read.customer is not None and read.kind is not None:
        uow.outbox.append(
            ArrivalScanned(
                branch=read.branch,
                scan=read.scan,
                device=read.device,
                desk=read.desk,
                code=read.code,
                kind=read.kind,
                customer=read.customer,
                appointment=read.appointment,
                device_time=read.read_at,
                gateway_time=uow.now,
            ),
            version=1,
        )
        return
    uow.outbox.append(
        ArrivalUnrecognised(
            branch=read.branch,
            scan=read.scan,
            device=read.device,
            desk=read.desk,
            code=read.code,
            reason=read.reason or "",
            device_time=read.read_at,
            gateway_time=uow.now,
        ),
        version=1,
    )


def ask_for_test(branch: str, device: str, uow: UnitOfWork) -> DeviceTest:
    """Let the scanner's next read within a minute be a test. Raises UnknownScanner."""
    if all(one.device != device for one in uow.reads.devices(branch=branch, scope=None)):
        raise UnknownScanner
    test = DeviceTest(
        branch=branch,
        device=device,
        request=new_id(),
        staff=uow.actor.id,
        asked_at=uow.now,
        until=uow.now + TEST_LASTS,
    )
    uow.reads.save_test(test)
    event = DeviceTestAsked(branch=branch, device=device, request=test.request, until=test.until)
    uow.outbox.append(event, version=int(uow.now.timestamp()))
    return test


def tested(told: Told[DeviceTestRead], uow: UnitOfWork) -> None:
    """Keep what a scanner has sent for its test; of an earlier test it is nothing any more."""
    event = told.event
    test = uow.reads.test_of(event.branch, event.device)
    if test is None or test.request != event.request:
        return
    uow.reads.save_test(
        replace(
            test,
            raw=event.raw,
            code=event.code,
            fault=event.fault,
            prefix=event.prefix,
            aim=event.aim,
            around=event.around,
            suffix=event.suffix,
            end=event.end,
            read_at=event.read_at,
        )
    )


def last_test(branch: str, device: str, uow: UnitOfWork) -> DeviceTest:
    """Return a scanner's last test. Raises NotTested."""
    test = uow.reads.test_of(branch, device)
    if test is None:
        raise NotTested
    return test
