"""Locks on what has no row of its own, held until the transaction ends."""

from __future__ import annotations

import sqlalchemy as sa

from qiantai.storage.statements import Statements

_KEY = "hashtextextended(current_schema() || ':' || {what}, 0)"
_ONE = _KEY.format(what="CAST(:what AS text)")
_HOLD = f"SELECT pg_advisory_xact_lock({_KEY.format(what='what')}) FROM unnest(CAST(:all AS text[])) AS every (what)"  # noqa: S608 - constants
_BOTH = f"SELECT pg_advisory_xact_lock_shared({_KEY.format(what='CAST(:shared AS text)')}) UNION ALL {_HOLD}"
_SHARE = f"SELECT pg_advisory_xact_lock_shared({_ONE})"
_TRY = f"SELECT pg_try_advisory_xact_lock({_ONE}) AS held"


def hold(on: Statements | sa.Connection, *what: str, shared: str | None = None) -> None:
    """Let nobody else hold or share these, in their order, in this schema until this transaction ends.

    `shared` is shared before them.
    """
    _of(on).fetch(_HOLD if shared is None else _BOTH, {"all": list(what), "shared": shared})


def share(on: Statements | sa.Connection, what: str) -> None:
    """Let nobody hold `what` in this schema until this transaction ends; others may share it."""
    _of(on).fetch(_SHARE, {"what": what})


def try_to_hold(on: Statements | sa.Connection, what: str) -> bool:
    """Hold `what` unless somebody else does; says whether it is held now."""
    [row] = _of(on).fetch(_TRY, {"what": what})
    return bool(row.held)


def _of(on: Statements | sa.Connection) -> Statements:
    return on if isinstance(on, Statements) else Statements(on)
