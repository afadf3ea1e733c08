"""The journal: every movement of money is an entry whose postings sum to zero.

Debits are positive, credits negative. Accounts are a kind and a key:
`receivable` by customer, `sales` by product, `tender` by kind of tender.
Balances are sums of postings; a correction is another entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from billing.domain.charge import Charge, Payment

RECEIVABLE = "receivable"
SALES = "sales"
TENDER = "tender"

CHARGE_OPENED = "charge_opened"
CHARGE_VOIDED = "charge_voided"
PAYMENT_RECEIVED = "payment_received"


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """Where money stands."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement on one account in minor units, never zero."""

    account: Account
    amount: int


class Unbalanced(ValueError):
    """The postings of an entry do not sum to zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement; `charge` is the slip that it is about."""

    what: str
    """charge_opened, charge_voided or payment_received."""
    branch: str
    charge: str
    currency: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if sum(posting.amount for posting in self.postings) != 0 or not self.postings:
            raise Unbalanced(self.what)


def charge_opened(charge: Charge) -> Entry:
    """Return the entry by which the customer owes what the slip says."""
    return _entry(CHARGE_OPENED, charge, {_owed(charge): charge.total, **_sold(charge, -1)})


def charge_voided(charge: Charge) -> Entry:
    """Return the entry by which the customer owes it no more: the opening entry, turned round."""
    return _entry(CHARGE_VOIDED, charge, {_owed(charge): -charge.total, **_sold(charge, 1)})


def payment_received(charge: Charge, payment: Payment) -> Entry:
    """Return the entry by which money came in and the customer owes so much less."""
    tenders: Counter[Account] = Counter()
    for tender in payment.tenders:
        tenders[Account(TENDER, tender.kind)] += tender.amount
    return _entry(PAYMENT_RECEIVED, charge, {**tenders, _owed(charge): -payment.amount})


def balances(postings: Iterable[Posting]) -> dict[Account, int]:
    """Return the sum of each account by replaying postings."""
    sums: Counter[Account] = Counter()
    for posting in postings:
        sums[posting.account] += posting.amount
    return dict(sums)


def _owed(charge: Charge) -> Account:
    return Account(RECEIVABLE, charge.customer)


def _sold(charge: Charge, sign: int) -> dict[Account, int]:
    sold: Counter[Account] = Counter()
    for line in charge.lines:
        sold[Account(SALES, line.product)] += sign * line.amount
    return dict(sold)


def _entry(what: str, charge: Charge, movements: dict[Account, int]) -> Entry:
    postings = tuple(Posting(account, amount) for account, amount in movements.items() if amount)
    return Entry(what=what, branch=charge.branch, charge=charge.id, currency=charge.currency, postings=postings)
