"""The flow board on PostgreSQL: facts in, items and numbered changes out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from device_gateway.domain.board import Card, Fact, Json, Names
from device_gateway.storage import tables as t

_CHANGES_KEPT = timedelta(hours=12)
_ITEMS_KEPT = timedelta(days=2)
_FAILURES_KEPT = timedelta(hours=1)
_FACT = ("kind", "subject", "type", "version", "at", "data")
_ANNOUNCE = sa.text(
    "WITH next AS (UPDATE board_sequence SET sequence = sequence + 1 WHERE branch = :branch RETURNING sequence)"
    " INSERT INTO board_change (branch, sequence, at, change)"
    " SELECT :branch, sequence, :at, CAST(:change AS jsonb) FROM next"
)


class SqlBoard:
    """The flow board's facts, items and changes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep(self, fact: Fact, *, branch: str, customer: str | None, until: datetime | None) -> bool:
        """Keep a fact; False for one that is not newer than what is known."""
        values = {name: getattr(fact, name) for name in _FACT}
        values.update(branch=branch, customer=customer, kept_until=until, data=dict(fact.data))
        new = insert(t.fact).values(**values)
        kept = new.on_conflict_do_update(
            index_elements=["kind", "subject", "type"], set_=values, where=new.excluded.version > t.fact.c.version
        )
        return bool(self._connection.execute(kept).rowcount)

    def lock(self, branch: str) -> None:
        """Wait until nobody else changes this branch's board, and keep others waiting until this transaction ends."""
        query = sa.select(t.sequence.c.branch).where(t.sequence.c.branch == branch).with_for_update()
        if self._connection.scalar(query) is None:
            self._connection.execute(insert(t.sequence).values(branch=branch).on_conflict_do_nothing())
            self._connection.scalar(query)

    def facts(self, branch: str, *, customer: str) -> Sequence[Fact]:
        """Return what is known about a customer in a branch."""
        return self._facts((t.fact.c.customer == customer) & (t.fact.c.branch == branch))

    def facts_about(self, kind: str, subject: str) -> Sequence[Fact]:
        """Return what is known about one thing."""
        return self._facts((t.fact.c.kind == kind) & (t.fact.c.subject == subject))

    def names(self, branch: str, customer: str, facts: Sequence[Fact]) -> Names:
        """Return how the things that the facts speak of are called."""
        codes = sorted({str(code) for fact in facts for code in fact.data.get("projects") or ()})
        words = {fact.data.get(name) for fact in facts for name in ("to", "consultant", "provider")}
        people = sorted({str(word).rpartition(":")[2] for word in words if word})
        known = self._connection.execute(
            sa.select(t.customer.c.name, t.customer.c.phone_tail).where(t.customer.c.id == customer)
        ).first()
        projects: dict[str, tuple[str, str]] = {}
        if codes:
            rows = self._connection.execute(sa.select(t.project).where(t.project.c.code.in_(codes)))
            projects = {row.code: (row.name_zh, row.name_en) for row in rows}
        return Names(
            customer=known.name if known else None,
            phone_tail=known.phone_tail if known else None,
            projects=projects,
            staff=self._staff_names(branch, people) if people else {},
        )

    def learn_customer(self, customer: str, *, name: str, phone_tail: str | None, version: int) -> bool:
        """Keep a customer's name; False where nothing changed."""
        return self._learn(
            t.customer, "id", {"id": customer, "name": name, "phone_tail": phone_tail, "version": version}
        )

    def learn_project(self, code: str, *, zh: str, en: str, version: int) -> bool:
        """Keep a project's name; False where nothing changed."""
        return self._learn(t.project, "code", {"code": code, "name_zh": zh, "name_en": en, "version": version})

    def staff_name(self, staff: str) -> str | None:
        """Return the name of a staff account."""
        return self._connection.scalar(sa.select(t.staff.c.name).where(t.staff.c.id == staff))

    def people_of(self, customer: str) -> Sequence[tuple[str, str]]:
        """Return (branch, customer) wherever a customer has cards that may still be shown."""
        query = sa.select(t.fact.c.branch).where(t.fact.c.customer == customer).distinct().order_by(t.fact.c.branch)
        return [(row.branch, customer) for row in self._connection.execute(query)]

    def people_naming(
        self, *, project: str | None = None, staff: str | None = None, branch: str | None = None
    ) -> Sequence[tuple[str, str]]:
        """Return (branch, customer) of the cards that name a project or somebody of the staff."""
        named = {"projects": [{"code": project}]} if project is not None else {"to": {"id": staff}}
        query = (
            sa.select(t.item.c.branch, t.item.c.customer)
            .distinct()
            .order_by(t.item.c.branch, t.item.c.customer)
            .where(t.item.c.kind == "card", t.item.c.value.contains(named))
        )
        if branch is not None:
            query = query.where(t.item.c.branch == branch)
        return [(row.branch, row.customer) for row in self._connection.execute(query)]

    def branches_of_consultant(self, consultant: str) -> Sequence[str]:
        """Return the branches in which somebody consults."""
        query = sa.select(t.item.c.branch).where(t.item.c.kind == "consultant", t.item.c.id == consultant)
        return [row.branch for row in self._connection.execute(query.order_by(t.item.c.branch))]

    def put_cards(self, branch: str, customer: str, cards: Sequence[Card], now: datetime) -> None:
        """Make these the customer's cards, and announce what differs."""
        query = sa.select(t.item.c.id, t.item.c.day, t.item.c.value).where(
            t.item.c.branch == branch, t.item.c.customer == customer, t.item.c.kind == "card"
        )
        before = {row.id: (row.day, row.value) for row in self._connection.execute(query)}
        for card in cards:
            if before.pop(card.id, None) != (card.day, card.value):
                self._save(branch, "card", card.id, day=card.day, customer=customer, value=card.value, now=now)
        for id_, (day, _) in sorted(before.items()):
            self._remove(branch, "card", id_, day=day, now=now)

    def put(self, branch: str, kind: str, id_: str, *, day: date | None, value: Json | None, now: datetime) -> None:
        """Make this an item of the board, or take it away, and announce it where it differs."""
        query = sa.select(t.item.c.day, t.item.c.value).where(
            t.item.c.branch == branch, t.item.c.kind == kind, t.item.c.id == id_
        )
        row = self._connection.execute(query).first()
        if value is None and row is not None:
            self._remove(branch, kind, id_, day=row.day, now=now)
        elif value is not None and (row is None or (row.day, row.value) != (day, value)):
            self._save(branch, kind, id_, day=day, customer=None, value=value, now=now)

    def snapshot(self, branch: str, day: date) -> Mapping[str, Any]:
        """Return sequence, cards, consultants and unrecognised reads of a day.

        The sequence is read first: what is newer than it comes again in the
        stream, and each change is the whole item.
        """
        sequence = self._connection.scalar(sa.select(t.sequence.c.sequence).where(t.sequence.c.branch == branch))
        query = sa.select(t.item.c.kind, t.item.c.value).where(
            t.item.c.branch == branch, (t.item.c.day == day) | t.item.c.day.is_(None)
        )
        items: dict[str, list[Json]] = {"card": [], "consultant": [], "unrecognised": []}
        for row in self._connection.execute(query):
            items[row.kind].append(row.value)
        return {
            "sequence": sequence or 0,
            "cards": sorted(items["card"], key=lambda card: (_moment(card["since"]), card["id"]), reverse=True),
            "consultants": sorted(
                items["consultant"], key=lambda one: (one["place"] is None, one["place"] or 0, one["id"])
            ),
            "unrecognised": sorted(items["unrecognised"], key=lambda one: _moment(one["device_time"]), reverse=True),
        }

    def forget(self, kind: str) -> None:
        """Make what is known of a kind of thing older than anything that will be told."""
        table = {"customer": t.customer, "project": t.project}.get(kind)
        if table is not None:
            self._connection.execute(sa.update(table).values(version=0))
        else:
            self._connection.execute(sa.update(t.fact).where(t.fact.c.kind == kind).values(version=0))

    def tidy(self, now: datetime) -> None:
        """Drop facts, items, changes and counted sign-ins that nobody needs any more."""
        self._connection.execute(sa.delete(t.change).where(t.change.c.at < now - _CHANGES_KEPT))
        self._connection.execute(sa.delete(t.fact).where(t.fact.c.kept_until < now))
        self._connection.execute(sa.delete(t.item).where(t.item.c.day < (now - _ITEMS_KEPT).date()))
        self._connection.execute(
            sa.delete(t.sign_in_failure).where(t.sign_in_failure.c.changed_at < now - _FAILURES_KEPT)
        )

    def _facts(self, which: sa.ColumnElement[bool]) -> list[Fact]:
        rows = self._connection.execute(sa.select(*(t.fact.c[name] for name in _FACT)).where(which))
        return [Fact(**row._mapping) for row in rows]

    def _staff_names(self, branch: str, people: Sequence[str]) -> dict[str, str]:
        names = {
            row.id: row.name
            for row in self._connection.execute(sa.select(t.staff.c.id, t.staff.c.name).where(t.staff.c.id.in_(people)))
        }
        settings = self._connection.execute(
            sa.select(t.fact.c.data).where(
                t.fact.c.kind == "consultant",
                t.fact.c.type == "scheduled",
                t.fact.c.subject.in_([f"{branch}/{person}" for person in people]),
            )
        )
        return {**names, **{row.data["consultant"]: row.data["name"] for row in settings}}

    def _learn(self, table: sa.Table, key: str, values: dict[str, Any]) -> bool:
        new = insert(table).values(**values)
        learnt = new.on_conflict_do_update(
            index_elements=[key], set_=values, where=new.excluded.version > table.c.version
        )
        return bool(self._connection.execute(learnt).rowcount)

    def _save(
        self, branch: str, kind: str, id_: str, *, day: date | None, customer: str | None, value: Json, now: datetime
    ) -> None:
        values = {"branch": branch, "kind": kind, "id": id_, "day": day, "customer": customer, "value": value}
        self._connection.execute(
            insert(t.item).values(**values).on_conflict_do_update(index_elements=["branch", "kind", "id"], set_=values)
        )
        self._announce(branch, kind, id_, day=day, value=value, now=now)

    def _remove(self, branch: str, kind: str, id_: str, *, day: date | None, now: datetime) -> None:
        self._connection.execute(
            sa.delete(t.item).where(t.item.c.branch == branch, t.item.c.kind == kind, t.item.c.id == id_)
        )
        self._announce(branch, kind, id_, day=day, value=None, now=now)

    def _announce(
        self, branch: str, kind: str, id_: str, *, day: date | None, value: Json | None, now: datetime
    ) -> None:
        change = {"kind": kind, "id": id_, "day": day.isoformat() if day else None, "value": value}
        self._connection.execute(
            _ANNOUNCE, {"branch": branch, "at": now, "change": json.dumps(change, ensure_ascii=False)}
        )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
