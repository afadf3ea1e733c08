"""What the gateway tells again on request: branches and staff accounts as they are."""

from __future__ import annotations

from collections.abc import Sequence

from qiantai.service import Chunk, chunk_of

from device_gateway.usecases import facts
from device_gateway.usecases.ports import UnitOfWork


def branches(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Every branch as it is now."""
    found = uow.branches.all(after=after[0] if after else None, limit=limit)
    return chunk_of(
        found, limit, tell=lambda one: (facts.branch_changed(one), one.version), place=lambda one: (one.code,)
    )


def staff(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Every staff account as it is now."""
    found = uow.staff.all(after=after[0] if after else None, limit=limit)
    return chunk_of(found, limit, tell=lambda one: (facts.staff_changed(one), one.version), place=lambda one: (one.id,))
