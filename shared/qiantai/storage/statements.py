"""Statements of the hot paths: straight on the driver, and those whose answer nobody waits for made into one.

They run in the transaction of a SQLAlchemy connection. SQLAlchemy costs as
much again as the driver for a small statement, and every round trip costs a
change of thread; an assignment, an inbox row or an outbox row feels both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from psycopg.types.json import Jsonb

Values = Mapping[str, Any]
FirstLock = Callable[[], AbstractContextManager[None]]
_ROWS = 500
"""Rows of one table in one statement, as one INSERT: they get their numbers in the order in which they were given."""
_FEW = 3
"""So many rows are cheapest as values; more come as one JSON array, so that each number of them is no new statement."""
_MARK = "of"
_A_STATEMENT = "a statement of the hot paths"
"""What an error says instead of the text."""
_LOCKS = re.compile(r"\bFOR\s+(UPDATE|NO\s+KEY|SHARE|KEY)\b", re.IGNORECASE)
_PARAMETER = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")


@dataclass(slots=True)
class _Waiting:
    """What is sent with the next statement, by the units of work of one transaction."""

    parts: list[tuple[str, Values]] = field(default_factory=list)
    rows: dict[tuple[str, tuple[str, ...]], list[Values]] = field(default_factory=dict)
    """New rows by table and columns."""
    set_rows: dict[tuple[str, object], int] = field(default_factory=dict)
    """Which part sets a row."""
    changed: set[str] = field(default_factory=set)
    """Tables on which something waits."""
    updated: set[str] = field(default_factory=set)
    """Those of them that see more than new rows."""


class Statements:
    """The hot statements of one transaction, in the order in which they were given.

    Texts have `:name` parameters as in `sqlalchemy.text`. Errors are those of
    SQLAlchemy, so that callers see one kind.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._waiting = _Waiting()
        self.first_lock: FirstLock | None = None
        """Around the first statement that locks rows."""

    @property
    def engine(self) -> sa.Engine:
        """The database, as a key of what is kept of it."""
        return self._connection.engine

    @property
    def connection(self) -> sa.Connection:
        """The connection, for SQLAlchemy's own statements: they see what waited until now."""
        self.send()
        return self._connection

    def follow(self, earlier: Statements) -> None:
        """Go on after others of the same transaction: what waits there waits here."""
        self._waiting = earlier._waiting

    def fetch(self, text: str, values: Values) -> list[Any]:
        """Run a statement, after those that wait, and return its rows with their columns as attributes."""
        self.send()
        if self.first_lock is not None and _locks(text):
            first_lock, self.first_lock = self.first_lock, None
            with first_lock():
                return self.fetch(text, values)
        query, names = _on_driver(text)
        with self._driver() as driver:
            cursor = psycopg.RawCursor(driver, row_factory=namedtuple_row)
            return cursor.execute(query, [values[name] for name in names]).fetchall()

    def update_later(self, table: str, text: str, values: Values, *, row: object = None) -> None:
        """Let an UPDATE, DELETE or upsert of one table wait for the next `fetch` or `send`.

        `row`: which row the text sets, always the same columns; then a later one takes its place.
        """
        waiting = self._waiting
        if row is not None and (text, row) in waiting.set_rows:
            waiting.parts[waiting.set_rows[text, row]] = (text, values)
            return
        if table in waiting.changed:  # as one statement the second would not see what the first did
            self.send()
        waiting.changed.add(table)
        waiting.updated.add(table)
        if row is not None:
            waiting.set_rows[text, row] = len(waiting.parts)
        waiting.parts.append((text, values))

    def insert_later(self, table: str, rows: Sequence[Values]) -> None:
        """Let new rows, all with the same columns, wait for the next `fetch` or `send`; JSON comes as `Jsonb`."""
        if not rows:
            return
        waiting = self._waiting
        if table in waiting.updated:
            self.send()
        for start in range(0, len(rows), _ROWS):
            part = rows[start : start + _ROWS]
            waits = waiting.rows.setdefault((table, tuple(part[0])), [])
            if len(waits) + len(part) > _ROWS:
                self.send()
                waits = waiting.rows.setdefault((table, tuple(part[0])), [])
            waiting.changed.add(table)
            waits.extend(part)

    def send(self) -> None:
        """Run what waits, as one statement."""
        waiting = self._waiting
        if not waiting.changed:
            return
        parts = waiting.parts + [_new(*table, rows) for table, rows in waiting.rows.items()]
        for kept in (waiting.parts, waiting.rows, waiting.set_rows, waiting.changed, waiting.updated):
            kept.clear()
        query, names = _as_one(tuple(text for text, _ in parts))
        with self._driver() as driver:
            psycopg.RawCursor(driver).execute(query, [parts[part][1][name] for part, name in names])

    @contextmanager
    def _driver(self) -> Iterator[psycopg.Connection]:
        driver: psycopg.Connection = self._connection.connection.driver_connection  # type: ignore[assignment]
        try:
            yield driver
        except psycopg.Error as error:
            lost = driver.closed or driver.broken
            if lost:
                self._connection.invalidate(error)
            raise sa.exc.DBAPIError.instance(
                _A_STATEMENT, None, error, psycopg.Error, connection_invalidated=lost, dialect=self._connection.dialect
            ) from error


def _new(table: str, names: tuple[str, ...], rows: Sequence[Values]) -> tuple[str, Values]:
    """Return the INSERT of new rows with its values."""
    if len(rows) > _FEW:
        return _insert_many(table, names), {"rows": as_json(rows)}
    values = {f"{name}_{place}": value for place, row in enumerate(rows) for name, value in row.items()}
    return _insert(table, names, len(rows)), values


@lru_cache(maxsize=100)
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    places = ("(" + ", ".join(f":{name}_{place}" for name in columns) + ")" for place in range(rows))
    return f"INSERT INTO {table} ({_names(columns)}) VALUES {', '.join(places)}"  # noqa: S608 - names of our own tables


@lru_cache(maxsize=100)
def _insert_many(table: str, columns: tuple[str, ...]) -> str:
    names = _names(columns)
    rows = f"json_populate_recordset(CAST(NULL AS {table}), :rows)"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608 - names of our own tables


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _plain(value: object) -> object:
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, Jsonb):
        return value.obj
    raise TypeError(f"no value of a column: {type(value).__name__}")


as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


@lru_cache(maxsize=1000)
def _locks(text: str) -> bool:
    """Say whether a statement locks rows."""
    return _LOCKS.search(text) is not None


@lru_cache(maxsize=1000)
def _as_one(texts: tuple[str, ...]) -> tuple[bytes, list[tuple[int, str]]]:
    """Return statements that do not depend on one another as one, and of which of them each parameter is."""
    *parts, last = (_PARAMETER.sub(rf":{_MARK}{n}_\1", text) for n, text in enumerate(texts))
    named = ", ".join(f"part{n} AS ({text})" for n, text in enumerate(parts))
    query, names = _on_driver(f"WITH {named} {last}" if parts else last)
    places = (name.removeprefix(_MARK).split("_", 1) for name in names)
    return query, [(int(part), name) for part, name in places]


@lru_cache(maxsize=1000)
def _on_driver(text: str) -> tuple[bytes, list[str]]:
    """Return a statement with the server's own `$1`, and the names of its parameters in their order."""
    names = list(dict.fromkeys(_PARAMETER.findall(text)))
    return _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", text).encode(), names
