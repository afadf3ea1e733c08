"""What time brings: the board forgets what nobody needs any more."""

from __future__ import annotations

from device_gateway.usecases.ports import UnitOfWork


def tidy_board(uow: UnitOfWork) -> None:
    """Drop facts, items, changes and counted sign-ins of earlier days."""
    uow.board.tidy(uow.now)
