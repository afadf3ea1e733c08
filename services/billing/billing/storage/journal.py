"""The append-only journal on PostgreSQL; that it balances is checked by the database at commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from qiantai.storage.scope import in_scope
from typing_extensions import override

from billing.domain.journal import Account, Entry
from billing.storage import tables as t
from billing.usecases.ports import Balance, Journal, Written


class SqlJournal(Journal):
    """Entries and their postings; sums see the actor's branches alone."""

    def __init__(self, connection: sa.Connection, scope: list[str] | None) -> None:
        self._connection = connection
        self._scope = scope

    @override
    def add(self, entry: Entry, *, id_: str, day: date, at: datetime, actor: str) -> None:
        self._connection.execute(
            sa.insert(t.journal_entry).values(
                id=id_,
                what=entry.what,
                branch=entry.branch,
                business_day=day,
                charge=entry.charge,
                currency=entry.currency,
                postings=len(entry.postings),
                at=at,
                actor=actor,
            )
        )
        self._connection.execute(
            sa.insert(t.posting),
            [
                {"entry": id_, "account_kind": one.account.kind, "account_key": one.account.key, "amount": one.amount}
                for one in entry.postings
            ],
        )

    @override
    def balances(self, branch: str | None, day: date | None = None) -> Sequence[Balance]:
        entry, posting = t.journal_entry.c, t.posting.c
        account = (posting.account_kind, posting.account_key, entry.currency)
        query = (
            sa.select(*account, sa.cast(sa.func.sum(posting.amount), sa.BigInteger).label("balance"))
            .join_from(t.posting, t.journal_entry, posting.entry == entry.id)
            .where(in_scope(entry.branch, self._scope))
            .group_by(*account)
            .order_by(*account)
        )
        if branch is not None:
            query = query.where(entry.branch == branch)
        if day is not None:
            query = query.where(entry.business_day == day)
        return [
            Balance(account=Account(row.account_kind, row.account_key), currency=row.currency, balance=row.balance)
            for row in self._connection.execute(query)
        ]

    @override
    def last_of(self, charge: str) -> Written:
        entry = t.journal_entry.c
        query = sa.select(entry.what, entry.at, entry.actor).where(entry.charge == charge)
        row = self._connection.execute(query.order_by(entry.id.desc()).limit(1)).mappings().one()
        return Written(**row)
