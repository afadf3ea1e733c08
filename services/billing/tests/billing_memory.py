"""Billing's ports in memory: what the use cases need, and nothing of a database but its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from billing.domain.catalogue import CHAIN, Offer, Price, Product, Project
from billing.domain.charge import Charge, Payment, Print
from billing.domain.errors import UnknownCharge, UnknownItem
from billing.domain.item import Item, Use
from billing.domain.journal import Account, Entry
from billing.known import CUSTOMERS
from billing.usecases.ports import (
    Balance,
    ChargeFilter,
    Charges,
    Items,
    Journal,
    Products,
    Projects,
    UnitOfWork,
    Written,
)
from qiantai.actors import Actor
from qiantai.testing.memory import MemoryKnown, MemoryUnitOfWork
from typing_extensions import override

R = TypeVar("R", Charge, Item)


@dataclass
class Memory:
    """What stays between transactions."""

    projects: dict[str, Project] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    prices: list[Price] = field(default_factory=list)
    numbers: Counter[tuple[str, date]] = field(default_factory=Counter)
    charges: dict[str, Charge] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    prints: list[Print] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    written: list[tuple[date, Written]] = field(default_factory=list)
    transactions: dict[tuple[str, str], str] = field(default_factory=dict)
    known: MemoryKnown = field(default_factory=MemoryKnown)


class MemoryProjects(Projects):
    """Projects by code."""

    def __init__(self, memory: Memory) -> None:
        self._projects = memory.projects

    @override
    def lock(self, code: str) -> Project | None:
        return self._projects.get(code)

    @override
    def get(self, codes: Sequence[str]) -> Mapping[str, Project]:
        return {code: self._projects[code] for code in codes if code in self._projects}

    @override
    def save(self, project: Project) -> None:
        self._projects[project.code] = project

    @override
    def find(self, *, active: bool | None = None, after: str | None = None, limit: int = 50) -> Sequence[Project]:
        return _of_catalogue(self._projects, active, after)[:limit]


class MemoryProducts(Products):
    """Products by code, with their prices."""

    def __init__(self, memory: Memory, actor: Actor) -> None:
        self._memory = memory
        self._actor = actor

    @override
    def lock(self, code: str) -> Product | None:
        return self._memory.products.get(code)

    @override
    def get(self, codes: Sequence[str]) -> Mapping[str, Product]:
        return {code: self._memory.products[code] for code in codes if code in self._memory.products}

    @override
    def save(self, product: Product) -> None:
        self._memory.products[product.code] = product

    @override
    def find(
        self, *, q: str | None = None, active: bool | None = None, after: str | None = None, limit: int = 50
    ) -> Sequence[Product]:
        part = (q or "").lower()
        return [
            one
            for one in _of_catalogue(self._memory.products, active, after)
            if any(part in name.lower() for name in (one.code, one.name_zh, one.name_en))
        ][:limit]

    @override
    def prices(self, products: Sequence[str], *, branch: str) -> Mapping[str, Sequence[Price]]:
        here = [price for price in self._memory.prices if price.branch in (branch, CHAIN)]
        found = {code: [price for price in here if price.product == code] for code in products}
        return {code: prices for code, prices in found.items() if prices}

    @override
    def price_lists(self, product: str) -> Sequence[Price]:
        seen = [price for price in self._memory.prices if price.branch == CHAIN or _sees(self._actor, price.branch)]
        of_product = [price for price in seen if price.product == product]
        return sorted(of_product, key=lambda price: (price.branch, price.valid_from))

    @override
    def replace_prices(self, product: str, branch: str, prices: Sequence[Price]) -> None:
        kept = [price for price in self._memory.prices if (price.product, price.branch) != (product, branch)]
        self._memory.prices[:] = [*kept, *prices]


class MemoryCharges(Charges):
    """Slips by id."""

    def __init__(self, memory: Memory, actor: Actor) -> None:
        self._memory = memory
        self._actor = actor

    @override
    def next_number(self, branch: str, day: date) -> int:
        self._memory.numbers[branch, day] += 1
        return self._memory.numbers[branch, day]

    @override
    def add(self, charge: Charge) -> None:
        self._memory.charges[charge.id] = charge

    @override
    def get(self, id_: str) -> Charge:
        found = self._memory.charges.get(id_)
        if found is None or not _sees(self._actor, found.branch):
            raise UnknownCharge
        return self._named(found)

    @override
    def lock(self, id_: str) -> Charge:
        return self.get(id_)

    @override
    def save_void(self, charge: Charge) -> None:
        self._memory.charges[charge.id] = charge

    @override
    def save_payment(self, charge: Charge, payment: Payment) -> None:
        self._memory.charges[charge.id] = charge
        self._memory.payments.append(payment)

    @override
    def claim(self, payment: Payment) -> Mapping[int, str]:
        earlier = {}
        for place, tender in enumerate(payment.tenders):
            if tender.transaction:
                key = (tender.kind, tender.transaction)
                if key in self._memory.transactions:
                    earlier[place] = self._memory.transactions[key]
                self._memory.transactions.setdefault(key, payment.charge)
        return earlier

    @override
    def payments_of(self, id_: str) -> Sequence[Payment]:
        return [payment for payment in self._memory.payments if payment.charge == id_]

    @override
    def add_print(self, printed: Print) -> None:
        self._memory.prints.append(printed)

    @override
    def last_print_of(self, charge: Charge) -> Print | None:
        of_this = [one for one in self._memory.prints if (one.charge, one.version) == (charge.id, charge.version)]
        return of_this[-1] if of_this else None

    @override
    def find(self, wanted: ChargeFilter, *, before: str | None, limit: int) -> Sequence[Charge]:
        asked = {name: value for name, value in asdict(wanted).items() if value is not None}
        person = asked.pop("customer", None)
        charges = _newest_first(self._memory.charges.values(), self._actor, before)
        files = self._memory.known.same(person) if person else {one.customer for one in charges}
        return [
            self._named(one)
            for one in charges
            if one.customer in files and all(getattr(one, name) == value for name, value in asked.items())
        ][:limit]

    def _named(self, charge: Charge) -> Charge:
        """Called as the living file is."""
        known = self._memory.known.get(CUSTOMERS, charge.customer)
        return charge if known is None else replace(charge, customer_name=known.name)


class MemoryItems(Items):
    """Paid items by id."""

    def __init__(self, memory: Memory, actor: Actor) -> None:
        self._memory = memory
        self._actor = actor

    @override
    def add(self, items: Sequence[Item]) -> None:
        self._memory.items.update({item.id: item for item in items})

    @override
    def get(self, id_: str) -> Item:
        found = self._memory.items.get(id_)
        if found is None or not _sees(self._actor, found.branch):
            raise UnknownItem
        return found

    @override
    def lock(self, id_: str) -> Item:
        return self.get(id_)

    @override
    def save_use(self, item: Item, use: Use) -> None:
        self._memory.items[item.id] = item
        self._memory.uses.append(use)

    @override
    def uses_of(self, id_: str) -> Sequence[Use]:
        return [use for use in self._memory.uses if use.item == id_]

    @override
    def find(self, customer: str, *, unused: bool, before: str | None, limit: int) -> Sequence[Item]:
        return [
            one
            for one in _newest_first(self._memory.items.values(), self._actor, before)
            if one.customer in self._memory.known.same(customer) and (one.left or not unused)
        ][:limit]


class MemoryJournal(Journal):
    """The append-only journal."""

    def __init__(self, memory: Memory, actor: Actor) -> None:
        self._entries = memory.entries
        self._written = memory.written
        self._actor = actor

    @override
    def add(self, entry: Entry, *, id_: str, day: date, at: datetime, actor: str) -> None:
        self._entries.append(entry)
        self._written.append((day, Written(what=entry.what, at=at, actor=actor)))

    @override
    def balances(self, branch: str | None, day: date | None = None) -> Sequence[Balance]:
        sums: Counter[tuple[Account, str]] = Counter()
        for entry, (written, _) in zip(self._entries, self._written, strict=True):
            if _sees(self._actor, entry.branch) and branch in (None, entry.branch) and day in (None, written):
                for posting in entry.postings:
                    sums[posting.account, entry.currency] += posting.amount
        return [
            Balance(account=account, currency=currency, balance=balance)
            for (account, currency), balance in sorted(sums.items())
        ]

    @override
    def last_of(self, charge: str) -> Written:
        both = zip(self._entries, self._written, strict=True)
        return [written for entry, (_, written) in both if entry.charge == charge][-1]


class MemoryBilling(MemoryUnitOfWork, UnitOfWork):
    """One transaction of an actor; nothing waits for a lock."""

    def __init__(self, memory: Memory, actor: Actor, now: datetime) -> None:
        super().__init__(actor, now, memory.known)
        self.projects = MemoryProjects(memory)
        self.products = MemoryProducts(memory, actor)
        self.charges = MemoryCharges(memory, actor)
        self.items = MemoryItems(memory, actor)
        self.journal = MemoryJournal(memory, actor)


def _sees(actor: Actor, branch: str) -> bool:
    return actor.scope is None or branch in actor.scope


def _of_catalogue(offers: Mapping[str, Offer], active: bool | None, after: str | None) -> list[Offer]:
    return [
        one for code, one in sorted(offers.items()) if active in (None, one.active) and (after is None or code > after)
    ]


def _newest_first(records: Iterable[R], actor: Actor, before: str | None) -> list[R]:
    seen = [one for one in records if _sees(actor, one.branch) and (before is None or one.id < before)]
    return sorted(seen, key=lambda one: one.id, reverse=True)
