"""Locks on what has no row of its own, held until the transaction ends."""

from __future__ import annotations

import sqlalchemy as sa

from qiantai.storage.statements import Statements

_KEY = "hashtextextended(current_schema() || ':' || CAST(:what AS text), 0)"
_HOLD = f"SELECT pg_advisory_xact_lock({_KEY})"
_SHARE = f"SELECT pg_advisory_xact_lock_shared({_KEY})"
_TRY = f"SELECT pg_try_advisory_xact_lock({_KEY}) AS held"


def hold(on: Statements | sa.Connection, what: str) -> None:
    """Let nobody else hold or share `what` in this schema until this transaction ends."""
    _of(on).fetch(_HOLD, {"what": what})


def share(on: Statements | sa.Connection, what: str) -> None:
    """Let nobody hold `what` in this schema until this transaction ends; others may share it."""
    _of(on).fetch(_SHARE, {"what": what})


def try_to_hold(on: Statements | sa.Connection, what: str) -> bool:
    """Hold `what` unless somebody else does; says whether it is held now."""
    [row] = _of(on).fetch(_TRY, {"what": what})
    return bool(row.held)


def _of(on: Statements | sa.Connection) -> Statements:
    return on if isinstance(on, Statements) else Statements(on)
