"""Putting a product and its prices into the catalogue (B1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qiantai.both import Both
from qiantai.branches import open_branch
from qiantai.codes import refuse_reserved
from qiantai.money import shown

from billing.domain.catalogue import CHAIN, Price, Product, check_product, price_list, revised
from billing.domain.errors import UnknownProduct, UnknownProject
from billing.usecases.ports import UnitOfWork


def put_product(wanted: Product, uow: UnitOfWork) -> Product:
    """Make or change a product; the same content again changes nothing.

    A product is the whole chain's. Raises ProductIncomplete, UnknownProject, OtherBranch.
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
    if after is not before:
        uow.products.save(after)
        uow.note(product=after.code, version=after.version)
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPrices:
    """All prices of a product in one branch, or in the CHAIN."""

    product: str
    branch: str
    prices: Sequence[Price]


def put_prices(command: PutPrices, uow: UnitOfWork) -> Sequence[Price]:
    """Put a price list in the place of the one before; slips that are open keep their prices.

    Returns the prices of the product that the actor may see. Raises UnknownProduct, PriceTwice, UnknownBranch,
    BranchClosed.
    """
    if command.branch != CHAIN:
        open_branch(command.branch, uow)
    wanted = price_list(command.prices)
    if uow.products.lock(command.product) is None:
        raise UnknownProduct
    before = price_list(p for p in uow.products.price_lists(command.product) if p.branch == command.branch)
    if wanted != before:
        uow.products.replace_prices(command.product, command.branch, wanted)
        uow.note(branch=command.branch, before=_told(before), after=_told(wanted))
    return uow.products.price_lists(command.product)


def _told(prices: Sequence[Price]) -> dict[str, str]:
    return {price.valid_from.isoformat(): shown(price.amount, price.currency) for price in prices}
