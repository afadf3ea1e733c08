"""Appointments on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from qiantai.both import Both
from qiantai.storage.known import LIVING, OF_PERSON, SqlKnown, of_person
from qiantai.storage.locks import hold
from qiantai.storage.scope import in_scope
from qiantai.storage.statements import Statements
from qiantai.uow import Context
from typing_extensions import override

from appointment.domain.errors import ProviderBusy, UnknownAppointment
from appointment.domain.model import EXPECTED, OCCUPYING, Appointment, Step
from appointment.domain.number import make_number
from appointment.known import CUSTOMERS
from appointment.storage import tables as t
from appointment.usecases.ports import Appointments

_COLUMNS = (
    "id",
    "customer",
    "branch",
    "kind",
    "state",
    "starts_at",
    "ends_at",
    "latest_arrival",
    "provider",
    "projects",
    "channel",
    "booked_by",
    "online_consultant",
    "intent",
    "remark",
    "first_booked_at",
    "arrived_at",
    "punctuality",
    "completed_at",
    "version",
)
_SELECT = sa.select(t.appointment)
_KEY = "(SELECT key FROM provider WHERE id = :provider)"
"""What keeps one provider from being booked twice (A8)."""
_ADD = (
    f"INSERT INTO appointment ({', '.join(_COLUMNS)}, provider_key)"  # noqa: S608 - names of our own columns
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)}, {_KEY}) RETURNING seq"
)
_SAVE = (
    f"UPDATE appointment SET {', '.join(f'{name} = :{name}' for name in _COLUMNS)},"  # noqa: S608
    f" provider_key = {_KEY} WHERE id = :id"
)
_TEXTS = {"id": "CAST(id AS text) AS id", "customer": "CAST(customer AS text) AS customer"}
_LOCK_OF_DAY = (
    f"SELECT seq, {', '.join(_TEXTS.get(name, name) for name in _COLUMNS)} FROM appointment"  # noqa: S608
    f" WHERE (customer = {OF_PERSON} OR id = :also) AND branch = :branch AND starts_at >= :begin AND starts_at < :end"
    " ORDER BY appointment.id FOR UPDATE"
)
_PERSON = f"SELECT {LIVING.format(customer='CAST(:customer AS text)')} AS living"
_OVERLAP = "23P01"
_PAGE = 500


class SqlAppointments(Appointments):
    """Appointments by id; what lies outside the actor's branches is unknown."""

    def __init__(self, statements: Statements, context: Context) -> None:
        self._statements = statements
        self._context = context

    @override
    def add(self, appointment: Appointment, step: Step) -> Appointment:
        with self._no_overlap(appointment):
            [row] = self._statements.fetch(_ADD, _values(appointment))
        self._add_step(appointment.id, step)
        return replace(appointment, number=make_number(row.seq))

    @override
    def save(self, appointment: Appointment, step: Step) -> None:
        with self._no_overlap(appointment):
            self._statements.update_later("appointment", _SAVE, _values(appointment))
        self._add_step(appointment.id, step)

    @override
    def get(self, id_: str) -> Appointment:
        return self._one(t.appointment.c.id == id_)

    @override
    def by_sequence(self, sequence: int) -> Appointment:
        return self._one(t.appointment.c.seq == sequence)

    @override
    def lock(self, id_: str) -> Appointment:
        return self._one(t.appointment.c.id == id_, lock=True)

    @override
    def lock_of_day(
        self, customer: str, branch: str, begin: datetime, end: datetime, *, also: str | None = None
    ) -> Sequence[Appointment]:
        values = {"customer": customer, "branch": branch, "begin": begin, "end": end, "also": also}
        return [_appointment(row) for row in self._statements.fetch(_LOCK_OF_DAY, values)]

    @override
    def own_then(self, customer: str, begin: datetime, end: datetime, *, other_than: str | None) -> Appointment | None:
        [row] = self._statements.fetch(_PERSON, {"customer": customer})
        hold(self._statements, f"slips of {row.living}")
        query = _SELECT.where(
            of_person(t.appointment.c.customer, customer),
            t.appointment.c.state.in_(OCCUPYING),
            t.appointment.c.starts_at < end,
            t.appointment.c.ends_at > begin,
        )
        if other_than is not None:
            query = query.where(t.appointment.c.id != other_than)
        return next(iter(self._all(query.order_by(t.appointment.c.starts_at).limit(1))), None)

    @override
    def branches_with_missed(self, before: datetime) -> Sequence[str]:
        query = (
            sa.select(t.appointment.c.branch)
            .distinct()
            .where(t.appointment.c.state.in_(EXPECTED), t.appointment.c.starts_at < before)
        )
        return self._statements.connection.execute(query.order_by(t.appointment.c.branch)).scalars().all()

    @override
    def lock_missed(self, branch: str, before: datetime, *, limit: int) -> Sequence[Appointment]:
        query = _SELECT.where(
            t.appointment.c.branch == branch, t.appointment.c.state.in_(EXPECTED), t.appointment.c.starts_at < before
        )
        return self._all(
            query.order_by(t.appointment.c.starts_at, t.appointment.c.id).limit(limit).with_for_update(skip_locked=True)
        )

    @override
    def history(self, id_: str) -> Sequence[Mapping[str, Any]]:
        query = sa.select(t.step).where(t.step.c.appointment == id_).order_by(t.step.c.id)
        return [dict(row) for row in self._statements.connection.execute(query).mappings()]

    @override
    def last_step(self, id_: str) -> Mapping[str, Any]:
        query = sa.select(t.step).where(t.step.c.appointment == id_).order_by(t.step.c.id.desc()).limit(1)
        return dict(self._statements.connection.execute(query).mappings().one())

    @override
    def find(
        self,
        *,
        branch: str | None = None,
        begin: datetime | None = None,
        end: datetime | None = None,
        state: str | None = None,
        customer: str | None = None,
        provider: str | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 50,
    ) -> Sequence[Appointment]:
        query = _SELECT.where(in_scope(t.appointment.c.branch, self._context.actor.scope))
        if customer is not None:
            query = query.where(of_person(t.appointment.c.customer, customer))
        for column, value in (("branch", branch), ("state", state), ("provider", provider)):
            if value is not None:
                query = query.where(t.appointment.c[column] == value)
        if begin is not None:
            query = query.where(t.appointment.c.starts_at >= begin)
        if end is not None:
            query = query.where(t.appointment.c.starts_at < end)
        if after is not None:
            place = sa.tuple_(t.appointment.c.starts_at, t.appointment.c.id)
            query = query.where(place > sa.tuple_(sa.literal(after[0]), sa.cast(after[1], t.appointment.c.id.type)))
        return self._all(query.order_by(t.appointment.c.starts_at, t.appointment.c.id).limit(limit))

    def _one(self, which: sa.ColumnElement[bool], *, lock: bool = False) -> Appointment:
        query = _SELECT.where(which, in_scope(t.appointment.c.branch, self._context.actor.scope))
        found = self._all(query.with_for_update() if lock else query)
        if not found:
            raise UnknownAppointment
        return found[0]

    def _all(self, query: sa.Select[Any]) -> Sequence[Appointment]:
        return [_appointment(row) for row in self._statements.connection.execute(query)]

    def _add_step(self, id_: str, step: Step) -> None:
        self._statements.insert_later(
            "appointment_step",
            [
                {
                    "appointment": id_,
                    "version": step.version,
                    "at": self._context.now,
                    "actor": self._context.actor.id,
                    "what": step.what,
                    "from_state": step.from_state,
                    "to_state": step.to_state,
                    "reason": step.reason,
                    "details": Jsonb(dict(step.details)),
                }
            ],
        )

    @contextmanager
    def _no_overlap(self, appointment: Appointment) -> Iterator[None]:
        if appointment.provider is None:  # nobody's time is taken: no savepoint is needed
            yield
            return
        try:
            with self._statements.connection.begin_nested():
                yield
                self._statements.send()
        except sa.exc.IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) != _OVERLAP:
                raise
            raise self._busy(appointment) from error

    def _busy(self, appointment: Appointment) -> ProviderBusy:
        taken = self._statements.connection.execute(
            sa.select(t.appointment)
            .where(
                t.appointment.c.provider == appointment.provider,
                t.appointment.c.state.in_(OCCUPYING),
                t.appointment.c.starts_at < appointment.ends_at,
                t.appointment.c.ends_at > appointment.starts_at,
                t.appointment.c.id != appointment.id,
            )
            .order_by(t.appointment.c.starts_at)
            .limit(1)
        ).first()
        facts: dict[str, object] = {"provider": appointment.provider}
        if taken is not None:
            facts |= {"starts_at": taken.starts_at.isoformat(), "ends_at": taken.ends_at.isoformat()}
            if self._context.actor.scope is None or taken.branch in self._context.actor.scope:
                facts |= self._whose(_appointment(taken))
        return ProviderBusy(fields={"starts_at": Both("the provider is booked then", "该时段已有预约。")}, facts=facts)

    def _whose(self, other: Appointment) -> dict[str, object]:
        customer = SqlKnown(self._statements).get(CUSTOMERS, other.customer)
        return {
            "appointment": other.id,
            "number": other.number,
            "branch": other.branch,
            "customer_name": customer.name if customer else None,
            "booked_by": other.booked_by,
        }


def _values(appointment: Appointment) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(appointment, name) for name in _COLUMNS}
    values["projects"] = list(appointment.projects)
    return values


def _appointment(row: Any) -> Appointment:  # noqa: ANN401 - a row
    values = {name: getattr(row, name) for name in _COLUMNS}
    values["projects"] = tuple(row.projects)
    return Appointment(number=make_number(row.seq), **values)
