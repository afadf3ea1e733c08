"""Statements of the hot paths: straight on the driver, and those whose answer nobody waits for made into one.

They run in the transaction of a SQLAlchemy connection. SQLAlchemy costs as
much again as the driver for a small statement, and every round trip costs a
change of thread; an assignment, an inbox row or an outbox row feels both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row

Values = Mapping[str, Any]
_ROWS = 8
"""Rows of one INSERT: few enough that driver and server keep each form of it prepared."""
_MARK = "of"
_PARAMETERS = 20_000
"""Of one statement at most; the protocol counts them in 16 bits."""
_A_STATEMENT = "a statement of the hot paths"
"""What an error says instead of the text."""
_PARAMETER = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")


class Statements:
    """The hot statements of one transaction, in the order in which they were given.

    Texts have `:name` parameters as in `sqlalchemy.text`. Errors are those of
    SQLAlchemy, so that callers see one kind.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[str, Values]] = []
        self._changed: set[str] = set()  # tables on which something waits
        self._updated: set[str] = set()  # those of them that see more than new rows
        self._parameters = 0  # of the new rows that wait

    @property
    def engine(self) -> sa.Engine:
        """The database, as a key of what is kept of it."""
        return self._connection.engine

    @property
    def connection(self) -> sa.Connection:
        """The connection, for SQLAlchemy's own statements: they see what waited until now."""
        self.send()
        return self._connection

    def fetch(self, text: str, values: Values) -> list[Any]:
        """Run a statement, after those that wait, and return its rows with their columns as attributes."""
        self.send()
        query, names = _on_driver(text)
        with self._driver() as driver:
            cursor = psycopg.RawCursor(driver, row_factory=namedtuple_row)
            return cursor.execute(query, [values[name] for name in names]).fetchall()

    def update_later(self, table: str, text: str, values: Values) -> None:
        """Let an UPDATE, DELETE or upsert of one table wait for the next `fetch` or `send`."""
        if table in self._changed:  # as one statement the second would not see what the first did
            self.send()
        self._changed.add(table)
        self._updated.add(table)
        self._waiting.append((text, values))

    def insert_later(self, table: str, rows: Sequence[Values]) -> None:
        """Let new rows, all with the same columns, wait for the next `fetch` or `send`."""
        if table in self._updated:
            self.send()
        self._changed.add(table)
        for start in range(0, len(rows), _ROWS):
            part = rows[start : start + _ROWS]
            values = {f"{name}_{place}": value for place, row in enumerate(part) for name, value in row.items()}
            if self._parameters + len(values) > _PARAMETERS:
                self.send()
                self._changed.add(table)
            self._parameters += len(values)
            self._waiting.append((_insert(table, tuple(part[0]), len(part)), values))

    def send(self) -> None:
        """Run what waits, as one statement."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        self._changed.clear()
        self._updated.clear()
        self._parameters = 0
        query, names = _as_one(tuple(text for text, _ in waiting))
        with self._driver() as driver:
            psycopg.RawCursor(driver).execute(query, [waiting[part][1][name] for part, name in names])

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


@lru_cache(maxsize=100)
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    places = ("(" + ", ".join(f":{name}_{place}" for name in columns) + ")" for place in range(rows))
    return f"INSERT INTO {table} ({names}) VALUES {', '.join(places)}"  # noqa: S608 - names of our own tables


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
