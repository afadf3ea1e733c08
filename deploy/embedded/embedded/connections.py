"""How many database connections the processes of an installation may have, and whether the server has so many."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from qiantai.services import API_PREFIXES

from embedded.errors import CannotGoOn

POOL, SPARE = 10, 10
"""What each process may have where there is room: kept, and more at a peak."""
LEAST = 2
"""With fewer a process waits for itself."""
LEFT_OVER = 6
"""For commands, backups and people."""
_WEB_FIXED = 1
"""The hint to the relay."""
_STREAMS_FIXED = 2
"""The board's streams: one listens, one asks."""
_WORKER_FIXED = 2
"""The relay with its shards, the hint."""
_ROOM = (
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
    " - coalesce(current_setting('reserved_connections', true), '0')::int"
    " - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())"
)


class TooFewConnections(CannotGoOn):
    """The database server has too few connections for so many processes."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What each process's pool may have on a server with so much room."""

    processes: int
    fixed: int
    room: int

    @property
    def needed(self) -> int:
        """Connections at a peak with pools of the usual size."""
        return self.fixed + self.processes * (POOL + SPARE) + LEFT_OVER

    @property
    def each(self) -> int:
        """Connections of each pool, so that all of them fit."""
        return min(POOL + SPARE, (self.room - self.fixed - LEFT_OVER) // self.processes)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of such pools; none where the usual ones fit. Raises TooFewConnections."""
        if self.each == POOL + SPARE:
            return {}
        if self.each < LEAST:
            least = self.fixed + self.processes * LEAST + LEFT_OVER
            raise TooFewConnections(
                f"{self.processes} processes need at least {least} database connections, and {self.room} are to be had:"
                " raise max_connections or lower WEB and WORKERS"
            )
        kept = min(POOL, self.each)
        return {"QIANTAI_POOL": str(kept), "QIANTAI_POOL_SPARE": str(self.each - kept)}


def fit(database_url: str, *, web: int, workers: int) -> Fit:
    """Return how the pools of so many processes fit the server."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(_ROOM).fetchone()
    services = len(API_PREFIXES)
    webs, working = services * web, services - 1 + workers
    fixed = webs * _WEB_FIXED + web * _STREAMS_FIXED + working * _WORKER_FIXED
    return Fit(processes=webs + working, fixed=fixed, room=0 if row is None else int(row[0]))
