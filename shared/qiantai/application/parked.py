"""Messages that need a person, over HTTP: what is parked with a service, and sending it back; the same in each service.

What the messages hold is shown by `qiantai parked show` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import marshmallow as ma
from flask import current_app
from pika.exceptions import AMQPError

from qiantai.errors import Refusal
from qiantai.messaging.parking import Parking, QueueParking, TableParking
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.web.fields import Body, Text
from qiantai.web.routes import Routes, Runtime
from qiantai.web.views import list_of, view_of

MOST = 500

routes = Routes("parked", about="Messages that need a person")


class ParkingAway(Refusal):
    """The message broker does not answer at the moment; try again soon."""

    zh = "消息中间件暂时没有响应，请稍后再试。"
    status: ClassVar[int] = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A message that could not be processed, and why; `told_at` and `branch` where it says so."""

    message: str
    type: str
    reason: str
    told_at: str | None
    branch: str | None


ParkedView = view_of(Parked)


class ReplayBody(Body):
    """Which messages go back to the service; without any, all that are parked."""

    messages = ma.fields.List(Text(100), load_default=None, validate=ma.validate.Length(1, MOST))


class ReplayedView(ma.Schema):
    """How many messages were sent back."""

    replayed = ma.fields.Integer(required=True)


@routes.read("/parked", may="parked.read", returns=list_of(ParkedView))
def parked(uow: SqlUnitOfWork) -> dict[str, Any]:  # noqa: ARG001 - every view gets one
    """Return what is parked with this service, oldest first, without what the messages hold; at most 500."""
    with _parking() as parking:
        found = parking.list()
    return {
        "items": [
            Parked(message=one.message_id, type=one.type, reason=one.reason, told_at=one.time, branch=one.branch)
            for one in found[:MOST]
        ]
    }


@routes.write("POST", "/parked/replay", may="parked.replay", body=ReplayBody, returns=ReplayedView)
def replay(uow: SqlUnitOfWork, body: dict[str, Any]) -> dict[str, int]:
    """Send parked messages back to the service; doing it twice has one effect."""
    wanted: Sequence[str] | None = body["messages"]
    with _parking() as parking:
        ids = [one.message_id for one in parking.list()] if wanted is None else wanted
        count = parking.replay(ids)
    uow.note(messages=ids[:MOST], replayed=count)
    return {"replayed": count}


@contextmanager
def _parking() -> Iterator[Parking]:
    """Give the service's parking place. Raises ParkingAway."""
    runtime: Runtime = current_app.extensions["qiantai"]
    settings = runtime.settings
    broker = settings.broker_url
    try:
        yield QueueParking(broker, settings.service) if broker else TableParking(settings.database_url)
    except (AMQPError, OSError) as error:
        raise ParkingAway from error
