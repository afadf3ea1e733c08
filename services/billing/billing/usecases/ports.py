"""What the use cases need of the storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from qiantai.uow import UnitOfWork as BaseUnitOfWork

from billing.domain.catalogue import Price, Product, Project
from billing.domain.charge import Charge, Payment, Print
from billing.domain.item import Item, Use
from billing.domain.journal import Account, Entry


class Projects(Protocol):
    """Projects by code."""

    def lock(self, code: str) -> Project | None:
        """Return a project, None where there is none; nobody else makes or changes it until this transaction ends."""

    def get(self, codes: Sequence[str]) -> Mapping[str, Project]:
        """Return those of the projects that exist."""

    def save(self, project: Project) -> None:
        """Save a new or changed project."""

    def find(self, *, active: bool | None = None, after: str | None = None, limit: int = 50) -> Sequence[Project]:
        """Return projects in order of code."""


class Products(Protocol):
    """Products by code, with their prices."""

    def lock(self, code: str) -> Product | None:
        """Return a product, None where there is none; nobody else makes or changes it until this transaction ends."""

    def get(self, codes: Sequence[str]) -> Mapping[str, Product]:
        """Return those of the products that exist."""

    def save(self, product: Product) -> None:
        """Save a new or changed product."""

    def find(
        self, *, q: str | None = None, active: bool | None = None, after: str | None = None, limit: int = 50
    ) -> Sequence[Product]:
        """Return products whose code or one of whose names holds `q`, in order of code."""

    def prices(self, products: Sequence[str], *, branch: str) -> Mapping[str, Sequence[Price]]:
        """Return the prices of products in a branch and in the chain."""

    def price_lists(self, product: str) -> Sequence[Price]:
        """Return the prices of one product: the chain's and those of the actor's branches."""

    def replace_prices(self, product: str, branch: str, prices: Sequence[Price]) -> None:
        """Put these prices in the place of all that the product had in the branch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFilter:
    """Which slips to list; None is any."""

    branch: str | None = None
    visit: str | None = None
    customer: str | None = None
    state: str | None = None
    business_day: date | None = None


class Charges(Protocol):
    """Slips by id, in the actor's branches alone."""

    def next_number(self, branch: str, day: date) -> int:
        """Return the next running number of a branch and day; others wait for it until this transaction ends."""

    def add(self, charge: Charge) -> None:
        """Save a new slip."""

    def get(self, id_: str) -> Charge:
        """Return a slip. Raises UnknownCharge."""

    def lock(self, id_: str) -> Charge:
        """Return a slip that nobody else can change until this transaction ends. Raises UnknownCharge."""

    def save_void(self, charge: Charge) -> None:
        """Save a slip that is void now."""

    def save_payment(self, charge: Charge, payment: Payment) -> None:
        """Save a slip after a payment, and the payment."""

    def claim(self, payment: Payment) -> Mapping[int, str]:
        """Keep which channel's transactions pay this payment.

        Returns the slips that those of them, by place of the tender, have paid before.
        """

    def payments_of(self, id_: str) -> Sequence[Payment]:
        """Return the payments of a slip, the first one first."""

    def add_print(self, printed: Print) -> None:
        """Note that a receipt was printed."""

    def last_print_of(self, charge: Charge) -> Print | None:
        """Return the newest print of the slip as it stands, None where there is none."""

    def find(self, wanted: ChargeFilter, *, before: str | None, limit: int) -> Sequence[Charge]:
        """Return slips, the newest first, those with an id before `before`."""


class Items(Protocol):
    """Paid items by id, in the actor's branches alone."""

    def add(self, items: Sequence[Item]) -> None:
        """Save new items."""

    def get(self, id_: str) -> Item:
        """Return an item. Raises UnknownItem."""

    def lock(self, id_: str) -> Item:
        """Return an item that nobody else can use until this transaction ends. Raises UnknownItem."""

    def save_use(self, item: Item, use: Use) -> None:
        """Save an item with one session less, and its use."""

    def uses_of(self, id_: str) -> Sequence[Use]:
        """Return the uses of an item, the first one first."""

    def find(self, customer: str, *, unused: bool, before: str | None, limit: int) -> Sequence[Item]:
        """Return items of a customer, the newest first; `unused` for those with sessions left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The sum of an account's postings."""

    account: Account
    currency: str
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Who wrote an entry, and when."""

    what: str
    at: datetime
    actor: str


class Journal(Protocol):
    """The append-only journal."""

    def add(self, entry: Entry, *, id_: str, day: date, at: datetime, actor: str) -> None:
        """Write an entry with its postings."""

    def balances(self, branch: str | None, day: date | None = None) -> Sequence[Balance]:
        """Return the sums by account in one branch, or in all of the actor's; of one business day, or of all."""

    def last_of(self, charge: str) -> Written:
        """Return who wrote the newest entry about a slip."""


class UnitOfWork(BaseUnitOfWork, Protocol):
    """The billing service's transaction."""

    projects: Projects
    products: Products
    charges: Charges
    items: Items
    journal: Journal
