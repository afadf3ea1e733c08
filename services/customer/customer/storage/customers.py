"""Files on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from qiantai.both import Both
from qiantai.storage.scope import in_scope
from qiantai.storage.statements import Statements
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from customer.domain.errors import PhoneKnown, UnknownCustomer
from customer.domain.model import EDITABLE, Change, Customer, Phone, Search, grams
from customer.storage import tables as t
from customer.usecases.ports import Customers

_COLUMNS = (
    "id",
    "name",
    "kind",
    "home_branch",
    "gender",
    "birthday",
    "source",
    "referrer",
    "address",
    "occupation",
    "remark",
    "version",
    "registered_at",
)

_OPEN = (
    "INSERT INTO opened (customer, branch, since) VALUES (:customer, :branch, :since)"
    " ON CONFLICT (branch, customer) DO NOTHING"
)


class SqlCustomers(Customers):
    """Files by id; a phone belongs to one file by its primary key."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @property
    def _connection(self) -> sa.Connection:
        return self._statements.connection

    @override
    def add(self, customer: Customer) -> Customer:
        self._refuse_known(customer)
        values = {name: getattr(customer, name) for name in _COLUMNS}
        row = self._connection.execute(
            insert(t.customer).values(**values, name_grams=grams(customer.name)).returning(t.customer.c.seq)
        ).one()
        self._add_phones(customer)
        return replace(customer, number=_number(row.seq))

    @override
    def get(self, id_: str) -> Customer:
        return self._one(sa.select(t.customer).where(t.customer.c.id == id_))

    @override
    def lock(self, id_: str) -> Customer:
        return self._one(sa.select(t.customer).where(t.customer.c.id == id_).with_for_update())

    @override
    def save(self, customer: Customer, change: Change, *, actor: str, at: datetime) -> None:
        values = {name: getattr(customer, name) for name in EDITABLE}
        self._connection.execute(
            sa.update(t.customer)
            .where(t.customer.c.id == customer.id)
            .values(**values, version=customer.version, name_grams=grams(customer.name))
        )
        if "phones" in change.fields:
            self._refuse_known(customer)
            self._connection.execute(sa.delete(t.phone).where(t.phone.c.customer == customer.id))
            self._add_phones(customer)
        fields = json.loads(json.dumps(change.fields, default=_plain))
        self._connection.execute(
            insert(t.change).values(customer=customer.id, version=customer.version, at=at, actor=actor, fields=fields)
        )

    @override
    def last_change(self, id_: str) -> tuple[str, datetime]:
        query = sa.select(t.change.c.actor, t.change.c.at).where(t.change.c.customer == id_)
        row = self._connection.execute(query.order_by(t.change.c.id.desc()).limit(1)).one()
        return row.actor, row.at

    @override
    def find(
        self,
        wanted: Search | None = None,
        *,
        scope: Sequence[str] | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Sequence[Customer]:
        query = sa.select(t.customer).order_by(t.customer.c.id).limit(limit)
        if after is not None:
            query = query.where(t.customer.c.id > after)
        if wanted is not None:
            query = query.where(t.customer.c.id.in_(sa.union(*_found(wanted))))
        if scope is not None:
            query = query.where(_open_in(scope))
        return self._with_phones(self._connection.execute(query).mappings().all())

    @override
    def is_open(self, customer: Customer, scope: Sequence[str]) -> bool:
        query = sa.select(t.customer.c.id).where(t.customer.c.id == customer.id, _open_in(scope))
        return self._connection.scalar(query) is not None

    @override
    def open_in(self, customer: str, branch: str, at: datetime) -> None:
        self._statements.update_later("opened", _OPEN, {"customer": customer, "branch": branch, "since": at})

    def _one(self, query: sa.Select[Any]) -> Customer:
        found = self._with_phones(self._connection.execute(query).mappings().all())
        if not found:
            raise UnknownCustomer
        return found[0]

    def _with_phones(self, rows: Sequence[sa.RowMapping]) -> list[Customer]:
        phones: dict[str, list[Phone]] = {}
        if rows:
            query = (
                sa.select(t.phone)
                .where(t.phone.c.customer.in_([row["id"] for row in rows]))
                .order_by(t.phone.c.is_primary.desc(), t.phone.c.number)
            )
            for row in self._connection.execute(query):
                phones.setdefault(row.customer, []).append(
                    Phone(number=row.number, note=row.note, primary=row.is_primary)
                )
        return [
            Customer(
                number=_number(row["seq"]),
                phones=tuple(phones.get(row["id"], ())),
                **{name: row[name] for name in _COLUMNS},
            )
            for row in rows
        ]

    def _add_phones(self, customer: Customer) -> None:
        if not customer.phones:
            return
        taken = self._connection.execute(
            insert(t.phone).on_conflict_do_nothing().returning(t.phone.c.number),
            [
                {"number": p.number, "customer": customer.id, "note": p.note, "is_primary": p.primary}
                for p in customer.phones
            ],
        ).all()
        if len(taken) < len(customer.phones):  # somebody was faster by a moment
            self._refuse_known(customer)

    def _refuse_known(self, customer: Customer) -> None:
        """Refuse phones that another file has. Raises PhoneKnown."""
        if not customer.phones:
            return
        c = t.phone.c
        query = sa.select(c.number, c.customer).where(
            c.number.in_([phone.number for phone in customer.phones]), c.customer != customer.id
        )
        known = self._connection.execute(query).first()
        if known is not None:
            raise PhoneKnown(
                fields={"phones": Both("open the existing file", "请打开已有档案。")},
                facts={"customer": known.customer},
            )


def _plain(value: object) -> object:
    return asdict(value) if isinstance(value, Phone) else str(value)


def _number(seq: int) -> str:
    return f"C{seq:08d}"


def _open_in(scope: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a file is open in one of these branches: at home there, or opened."""
    there = t.opened.c.customer == t.customer.c.id
    opened = sa.exists().where(there, in_scope(t.opened.c.branch, scope))
    return sa.or_(in_scope(t.customer.c.home_branch, scope), opened)


def _found(wanted: Search) -> list[sa.Select[tuple[str]]]:
    """Return the files that each way of a search finds; each has an index of its own."""
    found = [sa.select(t.card.c.customer).where(t.card.c.number == wanted.card)]
    if wanted.tail is not None:
        tail = sa.func.right(t.phone.c.number, sa.literal_column("4"))
        found.append(sa.select(t.phone.c.customer).where(tail == wanted.tail))
    if wanted.phones:
        found.append(sa.select(t.phone.c.customer).where(t.phone.c.number.in_(wanted.phones)))
    if wanted.sequence is not None:
        found.append(sa.select(t.customer.c.id).where(t.customer.c.seq == wanted.sequence))
    if wanted.grams:
        found.append(sa.select(t.customer.c.id).where(t.customer.c.name_grams.contains(list(wanted.grams))))
    if wanted.typed is not None:
        found.append(sa.select(t.customer.c.id).where(t.customer.c.name_grams.contains([wanted.typed])))
    return found
