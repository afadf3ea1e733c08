"""Looking up what is sold and for how much (B1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qiantai.branches import today_in

from billing.domain.catalogue import CHAIN, Price, Product, price_on
from billing.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class FindProducts:
    """Products whose code or name holds `q`; `on` None is today, `branch` None the chain's own prices."""

    branch: str | None = None
    q: str | None = None
    on: date | None = None
    active: bool | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A product with the price that holds, if any."""

    product: Product
    price: Price | None


def find_products(query: FindProducts, uow: UnitOfWork) -> list[Listed]:
    """Return products in order of code with the price that holds in the branch on the day."""
    branch = query.branch or CHAIN
    day = query.on or today_in(branch, uow)
    products = uow.products.find(q=query.q, active=query.active, after=query.after, limit=query.limit)
    prices = uow.products.prices([product.code for product in products], branch=branch)
    return [Listed(product=one, price=price_on(prices.get(one.code, ()), branch, day)) for one in products]
