"""Slips and payments on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from qiantai.storage.known import living_file, of_person
from qiantai.storage.scope import in_scope
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from billing.domain.charge import Charge, Line, Payment, Print, Tender
from billing.domain.errors import UnknownCharge
from billing.storage import tables as t
from billing.usecases.ports import ChargeFilter, Charges

_LINE = tuple(field.name for field in fields(Line))
_TENDER = tuple(field.name for field in fields(Tender))
_CHARGE = tuple(field.name for field in fields(Charge) if field.name not in ("lines", "customer_name"))


class SqlCharges(Charges):
    """Slips by id; a query sees the actor's branches alone."""

    def __init__(self, connection: sa.Connection, scope: list[str] | None) -> None:
        self._connection = connection
        self._scope = scope

    @override
    def next_number(self, branch: str, day: date) -> int:
        first = insert(t.charge_number).values(branch=branch, business_day=day, last=1)
        counted = first.on_conflict_do_update(
            index_elements=["branch", "business_day"], set_={"last": t.charge_number.c.last + 1}
        )
        return int(self._connection.execute(counted.returning(t.charge_number.c.last)).scalar_one())

    @override
    def add(self, charge: Charge) -> None:
        self._connection.execute(insert(t.charge).values({name: getattr(charge, name) for name in _CHARGE}))
        self._connection.execute(
            insert(t.charge_line), [{"charge": charge.id, **asdict(line)} for line in charge.lines]
        )

    @override
    def get(self, id_: str) -> Charge:
        return self._one(self._query().where(t.charge.c.id == id_))

    @override
    def lock(self, id_: str) -> Charge:
        return self._one(self._query().where(t.charge.c.id == id_).with_for_update(of=t.charge))

    @override
    def save_void(self, charge: Charge) -> None:
        self._save(charge, "state", "voided_at", "void_reason")

    @override
    def save_payment(self, charge: Charge, payment: Payment) -> None:
        # added up by the database, whose check refuses too much even if the lock were lost
        self._save(charge, "state", "paid_at", paid=t.charge.c.paid + payment.amount)
        values = {column.name: getattr(payment, column.name) for column in t.payment.c}
        self._connection.execute(insert(t.payment).values(values))
        self._connection.execute(
            insert(t.tender),
            [
                {"payment": payment.id, "place": place, **asdict(tender)}
                for place, tender in enumerate(payment.tenders, start=1)
            ],
        )

    @override
    def claim(self, payment: Payment) -> Mapping[int, str]:
        earlier: dict[int, str] = {}
        numbers = [(one.kind, one.transaction, place) for place, one in enumerate(payment.tenders) if one.transaction]
        for kind, transaction, place in sorted(numbers):  # two tills take them in one order
            key = {"kind": kind, "transaction": transaction}
            first = insert(t.transaction).values(**key, charge=payment.charge).on_conflict_do_nothing()
            if self._connection.execute(first.returning(t.transaction.c.charge)).first() is None:
                query = sa.select(t.transaction.c.charge).filter_by(**key)
                earlier[place] = self._connection.execute(query).scalar_one()
        return earlier

    @override
    def payments_of(self, id_: str) -> Sequence[Payment]:
        paid = sa.select(t.payment).where(t.payment.c.charge == id_).order_by(t.payment.c.id)
        rows = self._connection.execute(paid).mappings().all()
        tenders: dict[str, list[Tender]] = {}
        query = (
            sa.select(t.tender)
            .where(t.tender.c.payment.in_([row["id"] for row in rows]))
            .order_by(t.tender.c.payment, t.tender.c.place)
        )
        for row in self._connection.execute(query).mappings():
            tenders.setdefault(row["payment"], []).append(Tender(**{name: row[name] for name in _TENDER}))
        return [Payment(tenders=tuple(tenders[row["id"]]), **row) for row in rows]

    @override
    def add_print(self, printed: Print) -> None:
        self._connection.execute(insert(t.charge_print).values(asdict(printed)))

    @override
    def last_print_of(self, charge: Charge) -> Print | None:
        of_this = sa.select(t.charge_print).filter_by(charge=charge.id, version=charge.version)
        row = self._connection.execute(of_this.order_by(t.charge_print.c.place.desc()).limit(1)).mappings().first()
        return None if row is None else Print(**row)

    @override
    def find(self, wanted: ChargeFilter, *, before: str | None, limit: int) -> Sequence[Charge]:
        query = self._query().order_by(t.charge.c.id.desc()).limit(limit)
        if wanted.customer is not None:
            query = query.where(of_person(t.charge.c.customer, wanted.customer))
        for name, value in asdict(wanted).items():
            if value is not None and name != "customer":
                query = query.where(t.charge.c[name] == value)
        if before is not None:
            query = query.where(t.charge.c.id < before)
        return self._with_lines(self._connection.execute(query).mappings().all())

    def _save(self, charge: Charge, *names: str, **computed: object) -> None:
        values = {name: getattr(charge, name) for name in (*names, "version")}
        self._connection.execute(sa.update(t.charge).where(t.charge.c.id == charge.id).values(**values, **computed))

    def _query(self) -> sa.Select[Any]:
        # the own file's name as long as nothing was told of the one in which it lives
        name = sa.func.coalesce(_name_in(living_file(t.charge.c.customer)), _name_in(t.charge.c.customer))
        return sa.select(t.charge, name.label("customer_name")).where(in_scope(t.charge.c.branch, self._scope))

    def _one(self, query: sa.Select[Any]) -> Charge:
        found = self._with_lines(self._connection.execute(query).mappings().all())
        if not found:
            raise UnknownCharge
        return found[0]

    def _with_lines(self, rows: Sequence[sa.RowMapping]) -> list[Charge]:
        lines: dict[str, list[Line]] = {}
        if rows:
            query = (
                sa.select(t.charge_line)
                .where(t.charge_line.c.charge.in_([row["id"] for row in rows]))
                .order_by(t.charge_line.c.charge, t.charge_line.c.place)
            )
            for row in self._connection.execute(query).mappings():
                lines.setdefault(row["charge"], []).append(Line(**{name: row[name] for name in _LINE}))
        return [Charge(lines=tuple(lines[row["id"]]), **row) for row in rows]


def _name_in(file: sa.ColumnElement[str]) -> sa.ScalarSelect[Any]:
    named = sa.select(t.known_customer.c.name).where(t.known_customer.c.id == file)
    return named.correlate_except(t.known_customer).scalar_subquery()
