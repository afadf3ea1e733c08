"""Putting a product and its prices into the catalogue (B1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qiantai.both import Both
from qiantai.branches import open_branch
from qiantai.codes import refuse_reserved
from qiantai.editions import edits
from qiantai.money import shown

from billing.domain.catalogue import CHAIN, Price, Product, check_product, price_list, revised
from billing.domain.errors import UnknownProduct, UnknownProject
from billing.usecases.ports import UnitOfWork


def put_product(wanted: Product, version: int | None, uow: UnitOfWork) -> Product:
    """Make or change a product; the same content again changes nothing.

    `version` is the one that was loaded, needed for a change of what is there. A product is the whole chain's.
    Raises ProductIncomplete, UnknownProject, OtherBranch, Stale, VersionMissing.
    """
    uow.actor.must_work_in(CHAIN)
    refuse_reserved(wanted.code)
    check_product(wanted)
    if wanted.project is not None and not uow.projects.get([wanted.project]):
        raise UnknownProject(
            fields={"project": Both("put the project into the catalogue first", "请先把项目录入目录。")}
        )
    before = uow.products.lock(wanted.code)
    after = revised(before, wanted)
    if before is None or edits(version, before.version, changes=after is not before):
        uow.products.save(after)
        uow.note(product=after.code, version=after.version)
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPrices:
    """All prices of a product in one branch, or in the CHAIN; `version` is the product's that was loaded."""

    product: str
    branch: str
    prices: Sequence[Price]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLists:
    """The prices of a product in the chain and in the actor's branches, past and coming; the version counts both."""

    items: Sequence[Price]
    version: int


def prices_of(code: str, uow: UnitOfWork) -> PriceLists:
    """Return what a product costs. Raises UnknownProduct."""
    product = uow.products.get([code]).get(code)
    if product is None:
        raise UnknownProduct
    return PriceLists(items=uow.products.price_lists(code), version=product.version)


def put_prices(command: PutPrices, uow: UnitOfWork) -> PriceLists:
    """Put a price list in the place of the one before; slips that are open keep their prices.

    The version that was loaded is needed for a change of prices that are there. Raises UnknownProduct, PriceTwice,
    UnknownBranch, BranchClosed, Stale, VersionMissing.
    """
    if command.branch != CHAIN:
        open_branch(command.branch, uow)
    wanted = price_list(command.prices)
    product = uow.products.lock(command.product)
    if product is None:
        raise UnknownProduct
    before = price_list(p for p in uow.products.price_lists(command.product) if p.branch == command.branch)
    if (not before and wanted) or edits(command.version, product.version, changes=wanted != before):
        uow.products.replace_prices(command.product, command.branch, wanted)
        product = replace(product, version=product.version + 1)
        uow.products.save(product)
        uow.note(branch=command.branch, before=_told(before), after=_told(wanted))
    return PriceLists(items=uow.products.price_lists(command.product), version=product.version)


def _told(prices: Sequence[Price]) -> dict[str, str]:
    return {price.valid_from.isoformat(): shown(price.amount, price.currency) for price in prices}
