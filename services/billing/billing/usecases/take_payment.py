"""Taking money for a slip, and what a slip paid in full gives (B3, B9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qiantai.both import Both
from qiantai.branches import open_branch
from qiantai.clock import business_day
from qiantai.ids import new_id

from billing.domain import journal
from billing.domain.charge import Charge, Payment, Tender, pay
from billing.domain.errors import ReferenceUsed
from billing.domain.item import items_of
from billing.usecases import facts
from billing.usecases.ports import UnitOfWork
from billing.usecases.quicker import who_took


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePayment:
    """One or several tenders for a slip."""

    charge: str
    tenders: Sequence[Tender]


def take_payment(command: TakePayment, uow: UnitOfWork) -> Payment:
    """Take a part or the whole of what is due; with the whole the paid sessions become the customer's.

    Raises UnknownCharge, UnknownBranch, BranchClosed, ChargeNotPayable, MoreThanDue, ReferenceMissing,
    ReferenceNotRight, ReferenceTwice, ReceivedNotRight, ReferenceUsed.
    """
    before = uow.charges.lock(command.charge)  # two tills must not take the same money twice
    branch = open_branch(before.branch, uow)
    with who_took(before.id, uow):
        charge, payment = pay(before, command.tenders, id_=new_id(), at=uow.now, by=uow.actor.id)
    uow.charges.save_payment(charge, payment)
    _refuse_used(payment, uow.charges.claim(payment), uow)
    day = business_day(uow.now, branch.timezone)
    uow.journal.add(journal.payment_received(charge, payment), id_=new_id(), day=day, at=uow.now, actor=uow.actor.id)
    uow.outbox.append(facts.payment_received(charge, payment), version=before.version + 1)
    uow.note(number=charge.number, amount=payment.amount, due=payment.due)
    if charge.state == "paid":
        uow.outbox.append(facts.charge_paid(charge), version=charge.version)
        _give_items(charge, uow)
    return payment


def _refuse_used(payment: Payment, earlier: Mapping[int, str], uow: UnitOfWork) -> None:
    """A channel's transaction is money once, unless the till says on purpose that it pays for several slips."""
    for place, slip in earlier.items():
        if not payment.tenders[place].shared:
            field = f"tenders.{place}.reference"
            raise ReferenceUsed(
                fields={field: Both("check the number; it has paid a slip", "请核对交易号，它已付过一张收费单。")},
                facts={"charge": slip},
            )
    if earlier:
        uow.note(shared_with=sorted(set(earlier.values())))


def _give_items(charge: Charge, uow: UnitOfWork) -> None:
    items = items_of(charge, new_id=new_id)
    uow.items.add(items)
    for item in items:
        uow.outbox.append(facts.treatment_item_purchased(item), version=item.version)
