"""What goes in and out over HTTP."""

from __future__ import annotations

import marshmallow as ma
from qiantai import codes
from qiantai.web.fields import Body, BranchCode, Choice, Day, Exactly, Instant, Text, Whole
from qiantai.web.paging import PageQuery

from device_gateway.domain.board import TABS

_BRANCHES = Exactly(rf"({codes.BRANCH}|\*)", "Each is a branch code, or * for every branch; a branch code has no dots.")


class SignInBody(Body):
    """Name and password of a staff account."""

    staff = Text(60, required=True)
    password = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 200))


class SignedInView(ma.Schema):
    """A token for the Authorization header (Bearer), and whom it speaks for."""

    token = ma.fields.String(required=True)
    expires_at = Instant(required=True)
    staff = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    branches = ma.fields.List(ma.fields.String(), required=True)


class KeysView(ma.Schema):
    """The public keys (JWKS) that tokens are checked with."""

    keys = ma.fields.List(ma.fields.Dict(), required=True)


class BranchBody(Body):
    """A branch as it shall be."""

    name_zh = Text(80, required=True)
    name_en = Text(80, required=True)
    timezone = Text(60, load_default="Asia/Shanghai")
    currency = ma.fields.String(load_default="CNY", validate=Exactly("[A-Z]{3}"))
    active = ma.fields.Boolean(load_default=True)


class BranchView(ma.Schema):
    """A branch."""

    code = ma.fields.String(required=True)
    name_zh = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    currency = ma.fields.String(required=True)
    active = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class BranchesView(ma.Schema):
    """The branches that the asker works in."""

    items = ma.fields.List(ma.fields.Nested(BranchView), required=True)


class StaffBody(Body):
    """An account as it shall be; without a password the present one stays."""

    name = Text(80, required=True)
    roles = ma.fields.List(Text(40), required=True, validate=ma.validate.Length(1, 20))
    branches = ma.fields.List(ma.fields.String(validate=_BRANCHES), required=True, validate=ma.validate.Length(1, 200))
    active = ma.fields.Boolean(load_default=True)
    password = ma.fields.String(load_default=None, load_only=True, validate=ma.validate.Length(10, 200))


class StaffView(ma.Schema):
    """A staff account."""

    staff = ma.fields.String(required=True, attribute="id")
    name = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    branches = ma.fields.List(ma.fields.String(), required=True)
    active = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class BranchQuery(ma.Schema):
    """Which branch."""

    branch = BranchCode(required=True)


class DevicesQuery(ma.Schema):
    """Which branch; without it every branch that the asker works in."""

    branch = BranchCode(load_default=None)


class ReadsQuery(BranchQuery):
    """Which branch, and how many at most."""

    limit = ma.fields.Integer(load_default=100, validate=ma.validate.Range(min=1, max=500))


class StaffQuery(PageQuery):
    """A page of accounts."""


class DeviceView(ma.Schema):
    """A scanner and how it is."""

    branch = ma.fields.String(required=True)
    device = ma.fields.String(required=True)
    desk = ma.fields.String(required=True)
    state = Choice("unknown", "online", "offline", "faulty", required=True)
    since = Instant(required=True)
    reason = ma.fields.String(required=True)
    garbage_bytes = ma.fields.Integer(required=True)
    last_read = Instant(required=True, allow_none=True)
    scanned = ma.fields.Integer(required=True)
    unrecognised = ma.fields.Integer(required=True)


class DevicesView(ma.Schema):
    """Scanners."""

    items = ma.fields.List(ma.fields.Nested(DeviceView), required=True)


class ReadView(ma.Schema):
    """A read that opened nothing; `customer` where the number has been given to somebody."""

    scan = ma.fields.String(required=True, attribute="id")
    branch = ma.fields.String(required=True)
    device = ma.fields.String(required=True)
    desk = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    device_time = Instant(required=True)
    state = Choice("open", "dismissed", "bound", required=True)
    customer = ma.fields.String(required=True, allow_none=True)


class ReadsView(ma.Schema):
    """Open unrecognised reads, newest first."""

    items = ma.fields.List(ma.fields.Nested(ReadView), required=True)


class ProjectView(ma.Schema):
    """A project by its names; by its code where they are not known yet."""

    code = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class ReceiverView(ma.Schema):
    """Who receives: consultant, department, online or supervisor."""

    kind = ma.fields.String(required=True)
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class WhyView(ma.Schema):
    """The reason, for people."""

    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class SlipView(ma.Schema):
    """The appointment that a card is about."""

    id = ma.fields.String(required=True)
    number = ma.fields.String(required=True, allow_none=True)
    kind = ma.fields.String(required=True, allow_none=True)
    starts_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    latest_arrival = ma.fields.String(required=True, metadata={"format": "date-time"})


class CardView(ma.Schema):
    """One card of the board; times are RFC 3339, `due` is in minor units."""

    id = ma.fields.String(required=True)
    kind = Choice("appointment", "arrival", "visit", "charge", required=True)
    tab = Choice(*TABS, required=True)
    state = ma.fields.String(required=True)
    since = ma.fields.String(required=True, metadata={"format": "date-time"})
    waiting_since = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    arrived_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    customer = ma.fields.String(required=True)
    name = ma.fields.String(required=True, allow_none=True)
    phone_tail = ma.fields.String(required=True, allow_none=True)
    visit_class = ma.fields.String(required=True, allow_none=True)
    projects = ma.fields.List(ma.fields.Nested(ProjectView), required=True)
    to = ma.fields.Nested(ReceiverView, required=True, allow_none=True)
    why = ma.fields.Nested(WhyView, required=True, allow_none=True)
    appointment = ma.fields.Nested(SlipView, required=True, allow_none=True)
    flags = ma.fields.List(Choice("late", "supervisor"), required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)
    due = Whole(0, 10**15, required=True)
    currency = ma.fields.String(required=True, allow_none=True)


class ConsultantView(ma.Schema):
    """A consultant and what they are doing."""

    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    shift = ma.fields.String(required=True, allow_none=True)
    place = ma.fields.Integer(required=True, allow_none=True)
    status = ma.fields.String(required=True, allow_none=True)
    engaged_visit = ma.fields.String(required=True, allow_none=True)
    since = ma.fields.String(required=True, allow_none=True)


class BoardReadView(ma.Schema):
    """An open unrecognised read on the board."""

    id = ma.fields.String(required=True)
    device = ma.fields.String(required=True)
    desk = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    device_time = ma.fields.String(required=True)
    customer = ma.fields.String(required=True, allow_none=True)


class BoardAlertView(ma.Schema):
    """An alert of triage that is not cleared, and since when it stands (`at`)."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    severity = Choice("urgent", "warning", "notice", required=True)
    visit = ma.fields.String(required=True, allow_none=True)
    consultant = ma.fields.String(required=True, allow_none=True)
    why = ma.fields.Nested(WhyView, required=True)
    rules = ma.fields.List(ma.fields.String(), required=True)
    at = ma.fields.String(required=True, metadata={"format": "date-time"})


class BoardView(ma.Schema):
    """The flow board of a branch today; the stream goes on after `sequence`.

    `alerts` are for the desk and for supervisors, empty for everybody else.
    """

    branch = ma.fields.String(required=True)
    day = Day(required=True)
    timezone = ma.fields.String(required=True)
    sequence = ma.fields.Integer(required=True)
    cards = ma.fields.List(ma.fields.Nested(CardView), required=True)
    consultants = ma.fields.List(ma.fields.Nested(ConsultantView), required=True)
    unrecognised = ma.fields.List(ma.fields.Nested(BoardReadView), required=True)
    alerts = ma.fields.List(ma.fields.Nested(BoardAlertView), required=True)


class ScreenCardView(ma.Schema):
    """One card as a wall screen shows it: no name in full, no project, no money."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    tab = Choice(*TABS, required=True)
    state = ma.fields.String(required=True)
    since = ma.fields.String(required=True)
    waiting_since = ma.fields.String(required=True, allow_none=True)
    to = ma.fields.Nested(ReceiverView, required=True, allow_none=True)
    label = ma.fields.String(required=True)


class ScreenView(ma.Schema):
    """The flow board without personal data."""

    branch = ma.fields.String(required=True)
    day = Day(required=True)
    timezone = ma.fields.String(required=True)
    sequence = ma.fields.Integer(required=True)
    cards = ma.fields.List(ma.fields.Nested(ScreenCardView), required=True)
    consultants = ma.fields.List(ma.fields.Nested(ConsultantView), required=True)
