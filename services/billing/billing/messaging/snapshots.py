"""What the billing service tells again on request: the projects as they are."""

from __future__ import annotations

from collections.abc import Sequence

from qiantai.service import Chunk, chunk_of

from billing.usecases import facts
from billing.usecases.ports import UnitOfWork


def projects(uow: UnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    """Every project as it is now."""
    found = uow.projects.find(after=after[0] if after else None, limit=limit)
    return chunk_of(
        found, limit, tell=lambda one: (facts.project_changed(one), one.version), place=lambda one: (one.code,)
    )
