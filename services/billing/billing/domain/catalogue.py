"""The catalogue: projects, products and the price that holds on a day (B1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from qiantai.both import Both

from billing.domain.errors import PriceTwice, ProductIncomplete

CHAIN = "chain"
"""Branch of a price that holds wherever the branch has none of its own."""
KIND_NAMES: Mapping[str, tuple[str, str]] = {
    "treatment": ("治疗", "treatment"),
    "package": ("套餐", "package"),
    "cosmetic": ("化妆品", "cosmetic"),
    "drug": ("药品", "drug"),
}
"""Chinese and English, for people."""
KINDS = tuple(KIND_NAMES)
IN_SESSIONS = frozenset({"treatment", "package"})
"""Kinds that are paid first and used session by session (B9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is done in a department, with the flags that triage turns on; `minutes` is how long it takes."""

    code: str
    name_zh: str
    name_en: str
    major: bool
    project_class: str
    department: str
    rank: int
    minutes: int
    active: bool = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is sold; `sessions` is how many sessions of the project one unit holds."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    project: str | None = None
    sessions: int = 0
    active: bool = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """List price of one unit in minor units, from a day on, in one branch or in the CHAIN."""

    product: str
    branch: str
    valid_from: date
    amount: int
    currency: str


Offer = TypeVar("Offer", Project, Product)

_NEEDS_PROJECT = Both("a {kind} needs its project", "{kind}要填项目。")
_NEEDS_SESSIONS = Both("a {kind} needs at least 1 session", "{kind}至少要有 1 次。")
_NO_PROJECT = Both("a {kind} has no project", "{kind}不填项目。")
_NO_SESSIONS = Both("a {kind} has no sessions", "{kind}没有次数，请填 0。")


def revised(before: Offer | None, wanted: Offer) -> Offer:
    """Return `wanted` with its next version, or `before` itself where nothing would change."""
    if before is None:
        return replace(wanted, version=1)
    if replace(wanted, version=before.version) == before:
        return before
    return replace(wanted, version=before.version + 1)


def check_product(product: Product) -> None:
    """Refuse a treatment that nobody could use up and a cosmetic that has sessions. Raises ProductIncomplete."""
    wrong: dict[str, Both] = {}
    kind = Both(product.kind, KIND_NAMES[product.kind][0])
    if product.kind in IN_SESSIONS:
        if product.project is None:
            wrong["project"] = _NEEDS_PROJECT.format(kind=kind)
        if product.sessions < 1:
            wrong["sessions"] = _NEEDS_SESSIONS.format(kind=kind)
    else:
        if product.project is not None:
            wrong["project"] = _NO_PROJECT.format(kind=kind)
        if product.sessions != 0:
            wrong["sessions"] = _NO_SESSIONS.format(kind=kind)
    if wrong:
        raise ProductIncomplete(fields=wrong)


def price_list(prices: Iterable[Price]) -> tuple[Price, ...]:
    """Return the prices of one product and branch by day. Raises PriceTwice."""
    days: set[date] = set()
    ordered = tuple(prices)
    for place, price in enumerate(ordered):
        if price.valid_from in days:
            raise PriceTwice(
                fields={
                    f"prices.{place}.valid_from": Both("another price begins on this day", "这一天已有另一个价格开始。")
                }
            )
        days.add(price.valid_from)
    return tuple(sorted(ordered, key=lambda price: price.valid_from))


def price_on(prices: Sequence[Price], branch: str, day: date) -> Price | None:
    """Return the price of a product that holds in a branch on a day, None without one.

    The branch's own price beats the chain's, however old it is; of each, the
    one that began last (B1).
    """
    begun = [price for price in prices if price.branch in (branch, CHAIN) and price.valid_from <= day]
    return max(begun, key=lambda price: (price.branch == branch, price.valid_from), default=None)
