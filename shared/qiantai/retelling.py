"""Telling again on request: a rebuild of millions goes in chunks behind the live events, and on after a kill."""

from __future__ import annotations

import threading
from typing import Any

import sqlalchemy as sa

from qiantai import clock, pace
from qiantai.actors import service_actor
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.logs import log
from qiantai.outbox.wake import Waker
from qiantai.service import Service
from qiantai.storage.unit_of_work import SqlUnitOfWork, transaction
from qiantai.uow import Context

CHUNK = 500
"""Events of one transaction; a live event waits for the relay behind at most so many."""
_LOOK_SECONDS = 1.0

_NOTE = (
    "INSERT INTO retelling (request, type, consumer) SELECT :request, unnest(CAST(:types AS text[])), :consumer"
    " ON CONFLICT DO NOTHING RETURNING type"
)
_NEXT = (
    "SELECT request, type, consumer, after FROM retelling WHERE type = ANY(CAST(:types AS text[]))"
    " AND (SELECT count(*) FROM (SELECT FROM outbox WHERE published_at IS NULL LIMIT :most) waiting) < :most"
    " ORDER BY asked_at, request, type LIMIT 1 FOR UPDATE SKIP LOCKED"
)


def note_request(request: RebuildRequested, service: Service, uow: SqlUnitOfWork) -> None:
    """Remember what another service asks this one to tell again."""
    types = [kind.TYPE for kind in service.snapshots if kind.TYPE in request.types]
    if request.publisher == service.name and types:
        uow.statements.fetch(_NOTE, {"request": request.request, "types": types, "consumer": request.consumer})


class Reteller:
    """Tells what was asked for, chunk by chunk, each in one transaction with how far it came.

    The next chunk waits until the relay has nearly all of the one before it, so that neither the outbox nor a live
    event's wait grows with what there is to tell. Of several replicas each takes another request.
    """

    def __init__(self, service: Service, engine: sa.Engine, waker: Waker | None = None) -> None:
        self._service = service
        self._engine = engine
        self._waker = waker
        self._snapshots = {kind.TYPE: snapshot for kind, snapshot in service.snapshots.items()}

    def run(self, stop: threading.Event) -> None:
        """Run until stopped."""
        pause = pace.Pause()
        while not stop.wait(_LOOK_SECONDS):
            try:
                while not stop.is_set() and self.tell_chunk():
                    pause.reset()
            except Exception as error:  # noqa: BLE001 - how far it came is kept; it goes on from there
                log.warning("retelling_waits", service=self._service.name, error=repr(error)[:500])
                pause.wait(stop)

    def tell_chunk(self) -> bool:
        """Tell the next chunk of the oldest request; False where there is none or the relay is behind."""
        if not self._snapshots:
            return False
        context = Context(actor=service_actor(self._service.name), now=clock.now(), causation="rebuild")
        with transaction(self._engine, self._service.unit_of_work, context) as uow:
            asked = uow.statements.fetch(_NEXT, {"types": list(self._snapshots), "most": CHUNK // 2})
            if not asked:
                return False
            self._tell(asked[0], uow)
        if self._waker is not None:
            self._waker.after_commit(told=True)
        return True

    def _tell(self, asked: Any, uow: SqlUnitOfWork) -> None:  # noqa: ANN401 - a row
        snapshot = self._snapshots[asked.type]
        chunk = snapshot(uow, asked.after, CHUNK)
        for event, version in chunk.events:
            uow.outbox.append(event, version=version, to=asked.consumer)
        here = sa.text("request = :request AND type = :type").bindparams(request=asked.request, type=asked.type)
        table = self._service.metadata.tables["retelling"]
        if chunk.after is None:
            uow.statements.connection.execute(sa.delete(table).where(here))
            log.info("told_again", service=self._service.name, consumer=asked.consumer, type=asked.type)
            return
        values = {"after": list(chunk.after), "told": table.c.told + len(chunk.events)}
        uow.statements.connection.execute(sa.update(table).where(here).values(values))
