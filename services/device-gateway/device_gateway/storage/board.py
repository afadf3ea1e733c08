"""The flow board on PostgreSQL: facts in, items and numbered changes out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from qiantai.clock import HOME_ZONE
from qiantai.storage.known import LIVING
from qiantai.storage.locks import hold
from qiantai.storage.statements import Statements
from qiantai.wire.plain import plain, revive
from typing_extensions import override

from device_gateway.domain.board import Card, Json, KnownHere, Names
from device_gateway.domain.facts import CONTRACTS, Fact
from device_gateway.domain.tries import PLACE_LASTS
from device_gateway.storage import tables as t
from device_gateway.usecases.ports import Board

_CHANGES_KEPT = timedelta(hours=12)
_ITEMS_KEPT = timedelta(days=2)
_TRIES_KEPT = timedelta(hours=1)
_NAMES = "names"
_LOCK = "SELECT sequence FROM board_sequence WHERE branch = :branch FOR UPDATE"
_FIRST = "INSERT INTO board_sequence (branch) VALUES (:branch) ON CONFLICT DO NOTHING"
_ADVANCE = """
UPDATE board_sequence SET sequence = fresh.sequence
FROM unnest(CAST(:branches AS text[]), CAST(:sequences AS bigint[])) AS fresh (branch, sequence)
WHERE board_sequence.branch = fresh.branch
"""
_ANNOUNCE = """
INSERT INTO board_change (branch, sequence, at, change)
SELECT branch, sequence, at, change FROM jsonb_to_recordset(CAST(:changes AS jsonb))
    AS fresh (branch text, sequence bigint, at timestamptz, change jsonb)
"""
_FACTS_ABOUT = "SELECT kind, type, version, at, data FROM board_fact WHERE kind = :kind AND subject = :subject"
_ITEM = "SELECT day, value FROM board_item WHERE branch = :branch AND kind = :kind AND id = :id"
_STAFF = "SELECT name FROM staff WHERE id = :staff"
_KEEP = """
INSERT INTO board_fact AS known (kind, subject, type, version, at, data, branch, customer, kept_until)
SELECT kind, subject, type, version, at, data, branch, customer, kept_until
FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS fresh (kind text, subject text, type text, version bigint,
     at timestamptz, data jsonb, branch text, customer text, kept_until timestamptz) ORDER BY kind, subject, type
ON CONFLICT (kind, subject, type) DO UPDATE SET version = excluded.version, at = excluded.at, data = excluded.data,
    branch = excluded.branch, customer = excluded.customer, kept_until = excluded.kept_until
    WHERE known.version < excluded.version
"""
_SAVE = """
INSERT INTO board_item (branch, kind, id, day, customer, value)
SELECT branch, kind, id, day, customer, value FROM jsonb_to_recordset(CAST(:items AS jsonb))
    AS fresh (branch text, kind text, id text, day date, customer text, value jsonb) ORDER BY branch, kind, id
ON CONFLICT (branch, kind, id) DO UPDATE SET day = excluded.day, customer = excluded.customer, value = excluded.value
"""
_REMOVE = """
DELETE FROM board_item USING unnest(CAST(:branches AS text[]), CAST(:kinds AS text[]), CAST(:ids AS text[]))
    AS gone (branch, kind, id)
WHERE board_item.branch = gone.branch AND board_item.kind = gone.kind AND board_item.id = gone.id
"""
_ABOUT = """
WITH known AS MATERIALIZED (
    SELECT DISTINCT ON (kind, subject, type) kind, subject, type, version, at, data FROM (
        SELECT kind, subject, type, version, at, data, 1 AS place FROM board_fact
        WHERE customer = :customer AND branch = :branch
        UNION ALL
        SELECT kind, subject, type, version, at, data, 2 FROM jsonb_to_recordset(CAST(:fresh AS jsonb))
            AS fresh (kind text, subject text, type text, version bigint, at timestamptz, data jsonb)
    ) AS every ORDER BY kind, subject, type, version DESC, place
), people AS MATERIALIZED (
    SELECT DISTINCT regexp_replace(word, '^.*:', '') AS id
    FROM known, LATERAL (VALUES (data->>'to'), (data->>'consultant'), (data->>'provider')) AS words (word)
    WHERE word <> ''
)
SELECT
    (SELECT jsonb_agg(to_jsonb(known)) FROM known) AS facts,
    (SELECT jsonb_build_array(name, phone_tail) FROM known_customer WHERE id = {living}) AS customer,
    (SELECT jsonb_object_agg(code, jsonb_build_array(name_zh, name_en)) FROM known_project WHERE code IN (
        SELECT jsonb_array_elements_text(data->'projects') FROM known WHERE jsonb_typeof(data->'projects') = 'array'
    )) AS projects,
    (SELECT jsonb_object_agg(staff.id, staff.name) FROM staff JOIN people USING (id)) AS accounts,
    (SELECT jsonb_object_agg(people.id, data->>'name') FROM board_fact JOIN people
        ON kind = 'consultant' AND type = 'scheduled' AND subject = :branch || '/' || people.id) AS settings,
    (SELECT jsonb_object_agg(id, jsonb_build_array(day, value)) FROM board_item
        WHERE branch = :branch AND customer = :customer AND kind = 'card') AS cards,
    (SELECT timezone FROM branch WHERE code = :branch) AS timezone
""".format(living=LIVING.format(customer="CAST(:customer AS text)"))  # noqa: S608 - constants


class SqlBoard(Board):
    """The flow board's facts, items and changes; what is new is written by `write`, all of a kind as one."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._locked: dict[str, int] = {}  # sequences of the branches that this transaction has locked
        self._facts: dict[tuple[str, str, str], Json] = {}
        self._items: dict[tuple[str, str, str], Json | None] = {}
        self._changes: list[Json] = []

    @override
    def keep(self, fact: Fact, *, customer: str | None, until: datetime | None) -> None:
        key = (fact.kind, fact.subject, fact.word)
        if key not in self._facts or self._facts[key]["version"] < fact.version:
            self._facts[key] = {
                "kind": fact.kind,
                "subject": fact.subject,
                "type": fact.word,
                "version": fact.version,
                "branch": fact.event.branch,
                "customer": customer,
                "at": fact.at,
                "kept_until": until,
                "data": plain(fact.event),
            }

    @override
    def hold(self, customers: Sequence[str]) -> None:
        hold(self._statements, *(f"person {customer}" for customer in customers), shared=_NAMES)

    @override
    def hold_names(self) -> None:
        hold(self._statements, _NAMES)

    @override
    def lock(self, branch: str) -> None:
        if branch in self._locked:
            return
        found = self._statements.fetch(_LOCK, {"branch": branch})
        if not found:
            self._statements.update_later("board_sequence", _FIRST, {"branch": branch})
            found = self._statements.fetch(_LOCK, {"branch": branch})
        self._locked[branch] = found[0].sequence

    @override
    def about(self, branch: str, customer: str) -> KnownHere:
        fresh = [fact for fact in self._facts.values() if (fact["branch"], fact["customer"]) == (branch, customer)]
        if len(fresh) < len(self._facts) or any(item and item["customer"] == customer for item in self._items.values()):
            self.write()
            fresh = []
        [row] = self._statements.fetch(_ABOUT, {"branch": branch, "customer": customer, "fresh": _json(fresh)})
        name, phone_tail = row.customer or (None, None)
        projects = {code: (zh, en) for code, (zh, en) in (row.projects or {}).items()}
        return KnownHere(
            facts=[
                _fact(one["kind"], one["type"], one["version"], _moment(one["at"]), one["data"])
                for one in row.facts or ()
            ],
            names=Names(
                customer=name,
                phone_tail=phone_tail,
                projects=projects,
                staff={**(row.accounts or {}), **(row.settings or {})},
            ),
            timezone=row.timezone or HOME_ZONE,
            cards=[
                Card(id=id_, day=date.fromisoformat(day) if day else None, value=value)
                for id_, (day, value) in (row.cards or {}).items()
            ],
        )

    @override
    def facts_about(self, kind: str, subject: str) -> Sequence[Fact]:
        self.write()
        rows = self._statements.fetch(_FACTS_ABOUT, {"kind": kind, "subject": subject})
        return [_fact(*row) for row in rows]

    @override
    def staff_name(self, staff: str) -> str | None:
        rows = self._statements.fetch(_STAFF, {"staff": staff})
        return rows[0].name if rows else None

    @override
    def branches_of_customer(self, customer: str) -> Sequence[str]:
        self.write()
        query = sa.select(t.fact.c.branch).where(t.fact.c.customer == customer).distinct().order_by(t.fact.c.branch)
        return [row.branch for row in self._statements.connection.execute(query)]

    @override
    def people_naming(
        self, *, project: str | None = None, staff: str | None = None, branch: str | None = None
    ) -> Sequence[tuple[str, str]]:
        self.write()
        named = {"projects": [{"code": project}]} if project is not None else {"to": {"id": staff}}
        query = (
            sa.select(t.item.c.branch, t.item.c.customer)
            .distinct()
            .order_by(t.item.c.branch, t.item.c.customer)
            .where(t.item.c.kind == "card", t.item.c.value.contains(named))
        )
        if branch is not None:
            query = query.where(t.item.c.branch == branch)
        return [(row.branch, row.customer) for row in self._statements.connection.execute(query)]

    @override
    def branches_of_consultant(self, consultant: str) -> Sequence[str]:
        self.write()
        query = sa.select(t.item.c.branch).where(t.item.c.kind == "consultant", t.item.c.id == consultant)
        return [row.branch for row in self._statements.connection.execute(query.order_by(t.item.c.branch))]

    @override
    def put_cards(
        self, branch: str, customer: str, before: Sequence[Card], cards: Sequence[Card], now: datetime
    ) -> None:
        gone = {card.id: card for card in before}
        for card in cards:
            if gone.pop(card.id, None) != card:
                self._save(branch, "card", card.id, day=card.day, customer=customer, value=card.value, now=now)
        for id_, card in sorted(gone.items()):
            self._remove(branch, "card", id_, day=card.day, now=now)

    @override
    def put(self, branch: str, kind: str, id_: str, *, day: date | None, value: Json | None, now: datetime) -> None:
        if (branch, kind, id_) in self._items:
            self.write()
        row = next(iter(self._statements.fetch(_ITEM, {"branch": branch, "kind": kind, "id": id_})), None)
        if value is None and row is not None:
            self._remove(branch, kind, id_, day=row.day, now=now)
        elif value is not None and (row is None or (row.day, row.value) != (day, value)):
            self._save(branch, kind, id_, day=day, customer=None, value=value, now=now)

    @override
    def snapshot(self, branch: str, day: date) -> Mapping[str, Any]:
        # the sequence is read first: what is newer than it comes again in the stream, and each change is the whole item
        sequence = self._statements.connection.scalar(
            sa.select(t.sequence.c.sequence).where(t.sequence.c.branch == branch)
        )
        query = sa.select(t.item.c.kind, t.item.c.value).where(
            t.item.c.branch == branch, (t.item.c.day == day) | t.item.c.day.is_(None)
        )
        items: dict[str, list[Json]] = {"card": [], "consultant": [], "unrecognised": [], "alert": []}
        for row in self._statements.connection.execute(query):
            items[row.kind].append(row.value)
        return {
            "sequence": sequence or 0,
            "cards": sorted(items["card"], key=lambda card: (_moment(card["since"]), card["id"]), reverse=True),
            "consultants": sorted(
                items["consultant"], key=lambda one: (one["place"] is None, one["place"] or 0, one["id"])
            ),
            "unrecognised": sorted(items["unrecognised"], key=lambda one: _moment(one["device_time"]), reverse=True),
            "alerts": sorted(items["alert"], key=lambda one: (_moment(one["at"]), one["id"]), reverse=True),
        }

    @override
    def tidy(self, now: datetime) -> None:
        self._statements.connection.execute(sa.delete(t.change).where(t.change.c.at < now - _CHANGES_KEPT))
        open_cards = sa.select(t.item.c.id).where(
            t.item.c.kind == "card",
            t.item.c.day.is_(None),
            t.item.c.branch == t.fact.c.branch,
            t.item.c.customer == t.fact.c.customer,
        )
        old = sa.and_(t.fact.c.kept_until < now, ~open_cards.exists())
        self._statements.connection.execute(sa.delete(t.fact).where(old))
        self._statements.connection.execute(sa.delete(t.item).where(t.item.c.day < (now - _ITEMS_KEPT).date()))
        self._statements.connection.execute(sa.delete(t.ended_session).where(t.ended_session.c.until < now))
        tries, place = t.sign_in_try.c, sa.func.coalesce(t.sign_in_try.c.opened_at, now - PLACE_LASTS)
        old = (tries.last_at.is_(None) | (tries.last_at < now - _TRIES_KEPT)) & (place <= now - PLACE_LASTS)
        self._statements.connection.execute(sa.delete(t.sign_in_try).where(old))
        self._statements.connection.execute(sa.delete(t.desk_read).where(t.desk_read.c.read_at < now - _ITEMS_KEPT))
        self._statements.connection.execute(sa.delete(t.pin).where(t.pin.c.used_at < now - PLACE_LASTS))

    def write(self) -> None:
        """Let everything that is new wait for the next statement."""
        facts, self._facts = list(self._facts.values()), {}
        items, self._items = self._items, {}
        changes, self._changes = self._changes, []
        later = self._statements.update_later
        if facts:
            later("board_fact", _KEEP, {"facts": _json(facts)})
        saved = [item for item in items.values() if item is not None]
        if saved:
            later("board_item", _SAVE, {"items": _json(saved)})
        gone = sorted(key for key, item in items.items() if item is None)
        if gone:  # other rows than those that are saved: one statement may do both
            branches, kinds, ids = map(list, zip(*gone, strict=True))
            later("board_item, gone", _REMOVE, {"branches": branches, "kinds": kinds, "ids": ids})
        if changes:
            branches = sorted({change["branch"] for change in changes})
            sequences = [self._locked[branch] for branch in branches]
            later("board_sequence", _ADVANCE, {"branches": branches, "sequences": sequences})
            later("board_change", _ANNOUNCE, {"changes": _json(changes)})

    def _save(
        self, branch: str, kind: str, id_: str, *, day: date | None, customer: str | None, value: Json, now: datetime
    ) -> None:
        self._items[branch, kind, id_] = {
            "branch": branch,
            "kind": kind,
            "id": id_,
            "day": day,
            "customer": customer,
            "value": value,
        }
        self._announce(branch, kind, id_, day=day, value=value, now=now)

    def _remove(self, branch: str, kind: str, id_: str, *, day: date | None, now: datetime) -> None:
        self._items[branch, kind, id_] = None
        self._announce(branch, kind, id_, day=day, value=None, now=now)

    def _announce(
        self, branch: str, kind: str, id_: str, *, day: date | None, value: Json | None, now: datetime
    ) -> None:
        change = {"kind": kind, "id": id_, "day": day, "value": value}
        sequence = self._locked[branch] = self._locked[branch] + 1
        self._changes.append({"branch": branch, "sequence": sequence, "at": now, "change": change})


def _json(value: Sequence[Json]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=lambda time: time.isoformat())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _fact(kind: str, word: str, version: int, at: datetime, data: Json) -> Fact:
    return Fact(event=revive(CONTRACTS[kind, word], data), version=version, at=at)
