"""Voiding a charge slip (B2)."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.branches import today_in
from qiantai.ids import new_id

from billing.domain import journal
from billing.domain.charge import Charge, void
from billing.usecases import facts
from billing.usecases.ports import UnitOfWork
from billing.usecases.quicker import who_took


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidCharge:
    """A slip that nobody is to pay, and why."""

    charge: str
    reason: str


def void_charge(command: VoidCharge, uow: UnitOfWork) -> Charge:
    """Void a slip on which nothing has been paid. Raises UnknownCharge, ChargeNotOpen."""
    before = uow.charges.lock(command.charge)
    with who_took(before.id, uow):
        charge = void(before, command.reason, at=uow.now)
    uow.charges.save_void(charge)
    day = today_in(charge.branch, uow)
    uow.journal.add(journal.charge_voided(charge), id_=new_id(), day=day, at=uow.now, actor=uow.actor.id)
    uow.outbox.append(facts.charge_voided(charge, command.reason), version=charge.version)
    uow.note(number=charge.number, reason=command.reason)
    return charge
