"""What billing tells: each fact made of the record that it is about."""

from __future__ import annotations

from qiantai.contracts import CHAIN
from qiantai.contracts import billing as contracts

from billing.domain.catalogue import Project
from billing.domain.charge import Charge, Payment
from billing.domain.item import Item, Use


def project_changed(project: Project) -> contracts.ProjectChanged:
    """Return a project as it is now."""
    return contracts.ProjectChanged(
        branch=CHAIN,
        code=project.code,
        name_zh=project.name_zh,
        name_en=project.name_en,
        major=project.major,
        project_class=project.project_class,
        department=project.department,
        rank=project.rank,
        minutes=project.minutes,
        active=project.active,
    )


def charge_opened(charge: Charge) -> contracts.ChargeOpened:
    """Return what a customer is to pay for."""
    return contracts.ChargeOpened(
        branch=charge.branch,
        charge=charge.id,
        number=charge.number,
        customer=charge.customer,
        visit=charge.visit,
        lines=_lines(charge),
        total=charge.total,
        currency=charge.currency,
        consultant=charge.consultant,
    )


def charge_voided(charge: Charge, reason: str) -> contracts.ChargeVoided:
    """Return that a slip is void, and why."""
    return contracts.ChargeVoided(
        branch=charge.branch, charge=charge.id, customer=charge.customer, visit=charge.visit, reason=reason
    )


def payment_received(charge: Charge, payment: Payment) -> contracts.PaymentReceived:
    """Return what came in for a slip."""
    return contracts.PaymentReceived(
        branch=charge.branch,
        payment=payment.id,
        charge=charge.id,
        customer=charge.customer,
        visit=charge.visit,
        tenders=tuple(
            contracts.Tender(kind=tender.kind, amount=tender.amount, reference=tender.reference)
            for tender in payment.tenders
        ),
        amount=payment.amount,
        due=payment.due,
        currency=charge.currency,
        received_at=payment.received_at,
    )


def charge_paid(charge: Charge) -> contracts.ChargePaid:
    """Return that a slip is paid in full."""
    if charge.paid_at is None:
        raise AssertionError("a paid slip has its time")
    return contracts.ChargePaid(
        branch=charge.branch,
        charge=charge.id,
        customer=charge.customer,
        visit=charge.visit,
        lines=_lines(charge),
        total=charge.total,
        currency=charge.currency,
        paid_at=charge.paid_at,
        consultant=charge.consultant,
    )


def treatment_item_purchased(item: Item) -> contracts.TreatmentItemPurchased:
    """Return the sessions that a customer holds from now on."""
    return contracts.TreatmentItemPurchased(
        branch=item.branch,
        item=item.id,
        customer=item.customer,
        charge=item.charge,
        product=item.product,
        project=item.project,
        sessions=item.sessions,
    )


def treatment_item_used(item: Item, use: Use) -> contracts.TreatmentItemUsed:
    """Return that a session was done (核销)."""
    return contracts.TreatmentItemUsed(
        branch=use.branch,
        item=item.id,
        use=use.id,
        customer=item.customer,
        visit=use.visit,
        project=item.project,
        department=use.department,
        performer=use.performer,
        left=use.left,
        used_at=use.used_at,
    )


def _lines(charge: Charge) -> tuple[contracts.ChargeLine, ...]:
    return tuple(
        contracts.ChargeLine(
            product=line.product, project=line.project, name=line.name_zh, quantity=line.quantity, amount=line.amount
        )
        for line in charge.lines
    )
