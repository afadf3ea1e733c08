"""Facts about the catalogue, charges, payments and items held (domain rules B1-B14). Amounts are minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from qiantai.contracts.event import Event, event


@event("billing.project.changed.v1", subject="code")
class ProjectChanged(Event):
    """A project as triage needs it (B1): major or not, class, rank and department."""

    code: str
    name_zh: str
    name_en: str
    major: bool
    project_class: str
    department: str
    rank: int
    minutes: int
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """One line of a slip; `amount` is what the customer owes for it."""

    product: str
    project: str | None
    name: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One way in which a part was paid."""

    kind: str
    amount: int
    reference: str | None = None


@event("billing.charge.opened.v1", subject="charge")
class ChargeOpened(Event):
    """A slip with its lines (B2)."""

    charge: str
    number: str
    customer: str
    visit: str | None
    lines: tuple[ChargeLine, ...]
    total: int
    currency: str
    consultant: str | None = None


@event("billing.charge.voided.v1", subject="charge")
class ChargeVoided(Event):
    """An unpaid slip is void (B2)."""

    charge: str
    customer: str
    visit: str | None
    reason: str


@event("billing.payment.received.v1", subject="charge")
class PaymentReceived(Event):
    """Money came in for a slip (B3); `due` is what is still owed."""

    payment: str
    charge: str
    customer: str
    visit: str | None
    tenders: tuple[Tender, ...]
    amount: int
    due: int
    currency: str
    received_at: datetime


@event("billing.charge.paid.v1", subject="charge")
class ChargePaid(Event):
    """A slip is paid in full: the visit is a deal (B3)."""

    charge: str
    customer: str
    visit: str | None
    lines: tuple[ChargeLine, ...]
    total: int
    currency: str
    paid_at: datetime
    consultant: str | None = None


@event("billing.treatment_item.purchased.v1", subject="item")
class TreatmentItemPurchased(Event):
    """Paid and not used: so many sessions of a project (B9)."""

    item: str
    customer: str
    charge: str
    product: str
    project: str
    sessions: int
    expires_on: date | None = None


@event("billing.treatment_item.used.v1", subject="item")
class TreatmentItemUsed(Event):
    """One session of a paid item has been done (B9)."""

    item: str
    use: str
    customer: str
    visit: str | None
    project: str
    department: str
    performer: str | None
    left: int
    used_at: datetime
