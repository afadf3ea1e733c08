"""The shape of a day script, checked before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields
from qiantai.both import Both
from typing_extensions import override

from triage.domain.errors import Unreadable
from triage.domain.events import Event
from triage.domain.ledger.codec import decode_event


class TimezoneField(fields.String):
    """The name of a time zone, such as Asia/Shanghai."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        try:
            ZoneInfo(name or "")
        except (ValueError, OSError, KeyError):
            raise ValidationError(
                Both("unknown time zone {name!r}", "没有这个时区：{name!r}").format(name=name)
            ) from None
        return str(name)


class EventField(fields.Field[Event]):
    """One event of the day, in the form of `triage.domain.ledger.codec`."""

    @override
    def _deserialize(
        self,
        value: Any,
        attr: str | None,
        data: Mapping[str, Any] | None,
        **kwargs: Any,
    ) -> Event:
        if not isinstance(value, Mapping):
            raise ValidationError(Both("an event is a JSON object", "事件应是一个 JSON 对象"))
        try:
            return decode_event(value)
        except Unreadable as problem:
            raise ValidationError(problem.detail) from None


class DayScriptSchema(Schema):
    """A whole day script; unknown fields are refused."""

    branch = fields.String(required=True)
    date = fields.Date(required=True)
    timezone = TimezoneField(load_default="Asia/Shanghai")
    policy = fields.Dict(keys=fields.String(), load_default=dict)
    projects = fields.List(fields.Dict(), load_default=list)
    consultants = fields.List(fields.Dict(), required=True)
    order = fields.List(fields.String(), required=True)
    owners = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    carried = fields.Dict(keys=fields.String(), load_default=dict)
    designated = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    events = fields.List(EventField(), required=True)
