"""Noting that a slip's receipt is printed (B23)."""

from __future__ import annotations

from qiantai.editions import edits

from billing.domain.charge import Print
from billing.usecases.ports import UnitOfWork


def note_print(charge: str, version: int, uow: UnitOfWork) -> Print:
    """Count one more print of the slip as it stood at `version`. Raises UnknownCharge, Stale."""
    slip = uow.charges.lock(charge)  # two tills must not both print the original
    edits(version, slip.version, changes=True)
    before = uow.charges.last_print_of(slip)
    printed = Print(
        charge=slip.id,
        version=slip.version,
        place=before.place + 1 if before else 1,
        printed_at=uow.now,
        printed_by=uow.actor.id,
    )
    uow.charges.add_print(printed)
    uow.note(number=slip.number, place=printed.place)
    return printed
