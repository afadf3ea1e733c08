"""The stages of visits with their forms and notes on PostgreSQL: what is written stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from qiantai.storage.statements import Statements
from typing_extensions import override

from triage.domain.care.stages import Person
from triage.storage import tables as t
from triage.usecases.ports import Forms, Passages, StandInNotes
from triage.usecases.records import Passage, StandInNote, WrittenForm

_PASSAGES = (
    "SELECT CAST(visit AS text) AS visit, branch, stage, begun_at, by, people, note, reason,"
    " lead(begun_at) OVER (ORDER BY id) AS ended_at"
    " FROM visit_stage WHERE visit = :visit ORDER BY id"
)
_NEWEST = (
    "SELECT DISTINCT ON (form) CAST(visit AS text) AS visit, form, version, content, author, written_at"
    " FROM visit_form WHERE visit = :visit ORDER BY form, version DESC"
)
_PASSAGE = tuple(field.name for field in fields(Passage) if field.name != "ended_at")
_FORM = tuple(field.name for field in fields(WrittenForm))
_NOTE = tuple(field.name for field in fields(StandInNote))


class SqlPassages(Passages):
    """The history of visits' stages."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def add(self, passages: Sequence[Passage]) -> None:
        self._statements.insert_later("visit_stage", [_row(one) for one in passages])

    @override
    def of(self, visit: str) -> Sequence[Passage]:
        rows = self._statements.fetch(_PASSAGES, {"visit": visit})
        return [
            Passage(
                **{name: getattr(row, name) for name in _PASSAGE if name != "people"},
                people=tuple(Person(**one) for one in row.people),
                ended_at=row.ended_at,
            )
            for row in rows
        ]


class SqlForms(Forms):
    """Forms of visits, every version of them."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @override
    def add(self, form: WrittenForm) -> None:
        values = {name: getattr(form, name) for name in _FORM}
        self._statements.insert_later("visit_form", [{**values, "content": Jsonb(form.content)}])

    @override
    def newest(self, visit: str, form: str) -> WrittenForm | None:
        row = self._statements.connection.execute(_versions(visit, form).limit(1)).first()
        return None if row is None else _form(row)

    @override
    def versions(self, visit: str, form: str) -> Sequence[WrittenForm]:
        return [_form(row) for row in self._statements.connection.execute(_versions(visit, form))]

    @override
    def of(self, visit: str) -> Sequence[WrittenForm]:
        rows = self._statements.fetch(_NEWEST, {"visit": visit})
        return [WrittenForm(**{name: getattr(row, name) for name in _FORM}) for row in rows]


class SqlStandInNotes(StandInNotes):
    """Notes of stand-ins, within the actor's branches."""

    def __init__(self, statements: Statements, scope: list[str] | None) -> None:
        self._statements = statements
        self._scope = scope

    @override
    def add(self, note: StandInNote) -> None:
        self._statements.insert_later("stand_in_note", [{name: getattr(note, name) for name in _NOTE}])

    @override
    def of(self, customer: str, *, limit: int) -> Sequence[StandInNote]:
        table = t.stand_in_note.c
        query = sa.select(t.stand_in_note).where(table.customer == customer)
        if self._scope is not None:
            query = query.where(table.branch == sa.func.any(self._scope))
        rows = self._statements.connection.execute(query.order_by(table.id.desc()).limit(limit))
        return [StandInNote(**{name: row._mapping[name] for name in _NOTE}) for row in rows]


def _row(passage: Passage) -> dict[str, Any]:
    values = {name: getattr(passage, name) for name in _PASSAGE}
    return {**values, "people": Jsonb([asdict(one) for one in passage.people])}


def _versions(visit: str, form: str) -> sa.Select[Any]:
    table = t.visit_form.c
    return sa.select(t.visit_form).where(table.visit == visit, table.form == form).order_by(table.version.desc())


def _form(row: Any) -> WrittenForm:  # noqa: ANN401 - a row
    return WrittenForm(**{name: row._mapping[name] for name in _FORM})
