"""All feeds of a process: what is committed in the database comes to every reader."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from qiantai.actors import Actor
from qiantai.errors import Refusal
from qiantai.logs import log
from qiantai.sessions import Session

from device_gateway.domain.door import Staff, admitted
from device_gateway.domain.errors import UnknownBranch
from device_gateway.streams.feed import Change, Feed, encoded

CHANNEL = "board"
POLL_SECONDS = 1.0
STREAM_LISTENS_AGAIN = "board_stream_listens_again"
SESSIONS_SECONDS = 1.0
"""How often the sessions of open streams are looked at."""
_BATCH = 2000
_PAGE = 200
"""Of earlier changes: between two of them others have their turn."""
_SOON_SECONDS = 0.05
_ACCOUNTS = (
    "SELECT id, name, roles, branches, active, generation,"
    " ARRAY(SELECT e.id FROM ended_session e WHERE e.id = ANY(%s::text[])) FROM staff WHERE id = ANY(%s::text[])"
)
_CHANGES = (
    "SELECT c.branch, c.sequence, c.change FROM unnest(%s::text[], %s::bigint[]) AS w (branch, sequence)"
    " JOIN board_change c ON c.branch = w.branch AND c.sequence > w.sequence ORDER BY c.branch, c.sequence LIMIT %s"
)
_BEFORE = (
    "SELECT sequence, change FROM board_change WHERE branch = %s AND sequence > %s AND sequence < %s"
    " ORDER BY sequence DESC LIMIT %s"
)
_WHERE = "SELECT (SELECT sequence FROM board_sequence WHERE branch = %s), EXISTS (SELECT FROM branch WHERE code = %s)"


class Hub:
    """All feeds of a process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._feeds: dict[str, Feed] = {}
        self._listening: asyncio.Task[None] | None = None
        self._asking: psycopg.AsyncConnection | None = None
        self._turn = asyncio.Lock()

    async def feed(self, branch: str) -> Feed:
        """Return the feed of a branch. Raises UnknownBranch, psycopg.Error."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        if branch not in self._feeds:
            [row] = await self._ask(_WHERE, (branch, branch))
            if row[0] is None and not row[1]:
                raise UnknownBranch(facts={"branch": branch})
            self._feeds.setdefault(branch, Feed(sequence=row[0] or 0))
        return self._feeds[branch]

    async def live(self, session: Session) -> Actor:
        """Return who acts in a session that goes on. Raises AccountClosed, SessionEnded, psycopg.Error."""
        rows = await self._ask(_ACCOUNTS, ([session.id] if session.id else [], [session.actor.id]))
        return _live(session, rows)

    async def look_back(self, branch: str, feed: Feed, after: int) -> bool:
        """Let a feed hold everything after a number, read once for all who ask; False where it cannot.

        Raises psycopg.Error.
        """
        if after > feed.sequence:
            [row] = await self._ask(_WHERE, (branch, branch))
            if after > (row[0] or 0):
                return False
            while after > feed.sequence:  # noqa: ASYNC110 - the feed is about to hear of it, seldom does anybody wait
                await asyncio.sleep(_SOON_SECONDS)
        async with feed.looking_back:
            while after >= 0 and not feed.holds_after(after):
                rows = await self._ask(_BEFORE, (branch, after, feed.oldest, _PAGE))
                if not feed.put_before(encoded(*row) for row in rows):
                    break
        return feed.holds_after(after)

    def end(self) -> None:
        """Let every reader go."""
        for feed in self._feeds.values():
            for reader in list(feed.readers):
                reader.end()

    async def close(self) -> None:
        """End every stream, and what listens for them."""
        self.end()
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        if self._asking is not None:
            await self._asking.close()

    async def _ask(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        async with self._turn:
            if self._asking is None or self._asking.closed:
                self._asking = await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=5)
            return await (await self._asking.execute(query.encode(), values)).fetchall()

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, connect_timeout=5
                ) as connection:
                    await connection.execute(f'LISTEN "{CHANNEL}"'.encode())
                    looked_at = 0.0
                    while True:
                        await self._pump(connection)
                        if time.monotonic() - looked_at >= SESSIONS_SECONDS:
                            looked_at = time.monotonic()
                            await self._end_sessions(connection)
                        async for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                            pass
            except (psycopg.Error, OSError) as error:
                log.warning(STREAM_LISTENS_AGAIN, error=repr(error)[:300])
                await asyncio.sleep(POLL_SECONDS)

    async def _pump(self, connection: psycopg.AsyncConnection) -> None:
        """Hand out what is new in all watched branches, with one query a batch."""
        while True:
            watched = {branch: feed.sequence for branch, feed in self._feeds.items()}
            if not watched:
                return
            values = (list(watched), list(watched.values()), _BATCH)
            rows = await (await connection.execute(_CHANGES.encode(), values)).fetchall()
            for branch, number, change in rows:
                self._hand_out(self._feeds[branch], encoded(number, change))
            if len(rows) < _BATCH:
                return

    async def _end_sessions(self, connection: psycopg.AsyncConnection) -> None:
        """End the streams whose session has ended, or whose account has other rights now."""
        readers = [reader for feed in self._feeds.values() for reader in feed.readers]
        if not readers:
            return
        sessions = sorted({reader.session.id for reader in readers if reader.session.id})
        accounts = sorted({reader.actor.id for reader in readers})
        rows = await (await connection.execute(_ACCOUNTS.encode(), (sessions, accounts))).fetchall()
        by_account = {row[0]: [row] for row in rows}
        for reader in readers:
            try:
                same = _live(reader.session, by_account.get(reader.actor.id, [])) == reader.actor
            except Refusal:
                same = False
            if not same:
                reader.end()

    def _hand_out(self, feed: Feed, change: Change) -> None:
        if change.sequence <= feed.sequence:
            return
        feed.sequence = change.sequence
        feed.ring.append(change)
        for reader in feed.readers:
            reader.offer(change)


def _live(session: Session, rows: Sequence[tuple[Any, ...]]) -> Actor:
    """Return who acts, by the row of the account where there is one."""
    if not rows:
        return admitted(session, None, ended=False)
    [(id_, name, roles, branches, active, generation, ended)] = rows
    account = Staff(
        id=id_, name=name, roles=tuple(roles), branches=tuple(branches), active=active, generation=generation
    )
    return admitted(session, account, ended=session.id in ended)
