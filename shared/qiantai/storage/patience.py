"""Locks on tables that are in use: given up soon, so that nobody queues behind them, and asked for again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
import sqlalchemy as sa

R = TypeVar("R")

LOCK_MILLISECONDS = 1050
"""How long a change of a table waits, and readers behind it; a little more than PostgreSQL lets a vacuum stand in its
way."""
GIVE_UP_LOCKS = f"SET lock_timeout = {LOCK_MILLISECONDS}"
PATIENCE_SECONDS = 600.0
_PAUSE_SECONDS = 1.0
_IN_THE_WAY = ("55P03", "40P01")


def patiently(work: Callable[[], R]) -> R:
    """Do what gives up its locks soon, again and again while somebody stands in its way."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except (psycopg.Error, sa.exc.DBAPIError) as error:
            if not is_in_the_way(error) or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_SECONDS * random.uniform(0.5, 1.0))  # noqa: S311 - no secret


def is_in_the_way(error: psycopg.Error | sa.exc.DBAPIError) -> bool:
    """Say whether a lock was not to be had for the moment."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return getattr(cause, "sqlstate", None) in _IN_THE_WAY
