"""Reads of scanners that are keyboards, and tests of scanners, over HTTP (G1-G3, G6)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Code, Instant
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, view_of

from device_gateway.domain.cleaning import Cleaned
from device_gateway.domain.codes import Unrecognised
from device_gateway.domain.reads import DeskRead, DeviceTest
from device_gateway.usecases.ports import UnitOfWork
from device_gateway.usecases.scans import Typed, TypeScan, ask_for_test, clean, last_test, take_scan, translate

routes = Routes("scans", about="Reads of scanners that are keyboards, and tests of scanners (G1-G3, G6)")

_LONGEST_TEXT, _LONGEST_AROUND = 300, 20


def _around() -> ma.fields.String:
    return ma.fields.String(load_default="", validate=ma.validate.Length(max=_LONGEST_AROUND))


class TypedBody(Body):
    """What a scanner typed, and what it puts before and behind each code."""

    branch = BranchCode(required=True)
    text = ma.fields.String(required=True, validate=ma.validate.Length(1, _LONGEST_TEXT))
    prefix = _around()
    suffix = _around()


class ScanBody(TypedBody):
    """A read at a desk; `read_at` is when it was typed, now without it."""

    desk = Code(required=True)
    read_at = Instant(load_default=None)


class TestQuery(ma.Schema):
    """Of which branch the scanner is."""

    branch = BranchCode(required=True)


class TestBody(Body):
    """Of which branch the scanner is."""

    branch = BranchCode(required=True)


ScanView = view_of(DeskRead, about="A read at a desk: whose it is, or nobody's and why.", name="ScanView")
_OPENS = {"kind": str | None, "reason": str | None}
TriedView = view_of(
    Cleaned,
    more=_OPENS,
    about="What is left of typed text, and what the code would open; nothing is registered.",
    name="TriedView",
)
DeviceTestView = view_of(
    DeviceTest,
    without=("request", "staff"),
    more={**_OPENS, "state": Choice("waiting", "read", "over", required=True)},
    about="A test of a scanner: `raw` in hexadecimal, what was taken off, and what the code would open.",
)


@routes.write("POST", "/scans", may="scan.read", body=ScanBody, returns=ScanView)
def scan(uow: UnitOfWork, body: dict[str, Any]) -> DeskRead:
    """Take what a scanner typed at a desk: cleaned, de-bounced and translated as a serial scanner's read (G2, G3)."""
    command = TypeScan(branch=body["branch"], desk=body["desk"], typed=_typed(body), read_at=body["read_at"])
    return take_scan(command, uow)


@routes.write("POST", "/scans/try", may="device.test", body=TypedBody, returns=TriedView)
def try_scan(uow: UnitOfWork, body: dict[str, Any]) -> Shown:
    """Say what would become of typed text; nothing is registered."""
    uow.not_audited()
    found = clean(_typed(body))
    return Shown(found, **_opens(found.code, uow))


@routes.write("POST", "/devices/<code:device>/test", may="device.test", body=TestBody, returns=DeviceTestView)
def begin_test(uow: UnitOfWork, device: str, body: dict[str, Any]) -> Shown:
    """Let the scanner's next read within a minute be a test: it registers nothing and shows what it is made of."""
    return _test(ask_for_test(body["branch"], device, uow), uow)


@routes.read("/devices/<code:device>/test", may="device.test", query=TestQuery, returns=DeviceTestView)
def see_test(uow: UnitOfWork, device: str, query: dict[str, Any]) -> Shown:
    """Return the scanner's last test."""
    return _test(last_test(query["branch"], device, uow), uow)


def _typed(body: dict[str, Any]) -> Typed:
    return Typed(text=body["text"], prefix=body["prefix"], suffix=body["suffix"])


def _test(test: DeviceTest, uow: UnitOfWork) -> Shown:
    return Shown(test, state=test.state(uow.now), **_opens(test.code, uow))


def _opens(code: str | None, uow: UnitOfWork) -> dict[str, str | None]:
    """Return the kind of what a code opens, or the reason why nothing; whose it is is no matter of a test."""
    found = translate(code, uow) if code is not None else None
    reason = found.reason if isinstance(found, Unrecognised) else None
    return {"kind": getattr(found, "kind", None), "reason": reason}
