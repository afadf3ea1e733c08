"""Opening a charge slip (B2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qiantai.both import Both
from qiantai.branches import open_branch
from qiantai.clock import business_day
from qiantai.ids import new_id
from qiantai.staff import refuse_stranger

from billing.domain import journal
from billing.domain.catalogue import Price, price_on
from billing.domain.charge import Charge, Line, line_of, number_of, one_currency, performer_of
from billing.domain.errors import NoPrice, ProductNotSold
from billing.known import PERFORMERS
from billing.usecases import facts
from billing.usecases.known import name_of, visit_of
from billing.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """So many units of a product."""

    product: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCharge:
    """What a customer is to pay for; without a consultant the visit's is taken."""

    branch: str
    customer: str
    lines: Sequence[WantedLine]
    visit: str | None = None
    consultant: str | None = None


def open_charge(command: OpenCharge, uow: UnitOfWork) -> Charge:
    """Open a slip at the prices that the catalogue has in the branch today, and tell the others.

    Raises UnknownBranch, BranchClosed, NotOfTheStaff, UnknownCustomer, UnknownVisit, VisitOfSomebodyElse,
    ProductNotSold, NoPrice, CurrenciesMixed.
    """
    branch = open_branch(command.branch, uow)
    refuse_stranger(command.consultant, command.branch, uow, field="consultant")
    name = name_of(command.customer, uow)
    visit = visit_of(command.visit, command.customer, command.branch, uow)
    day = business_day(uow.now, branch.timezone)
    lines, prices = _priced(command, day, uow)
    consultant = command.consultant or (visit.consultant if visit else None)
    performer = uow.known.get(PERFORMERS, command.customer)
    charge = Charge(
        id=new_id(),
        currency=one_currency(prices),
        lines=lines,
        total=sum(line.amount for line in lines),
        # last of all: others in this branch wait for their number from here on
        number=number_of(command.branch, day, uow.charges.next_number(command.branch, day)),
        branch=command.branch,
        business_day=day,
        customer=command.customer,
        customer_name=name,
        visit=command.visit,
        consultant=consultant,
        performer=performer_of(performer.consultant if performer else None, consultant),
        opened_at=uow.now,
        opened_by=uow.actor.id,
    )
    uow.charges.add(charge)
    uow.journal.add(journal.charge_opened(charge), id_=new_id(), day=day, at=uow.now, actor=uow.actor.id)
    uow.outbox.append(facts.charge_opened(charge), version=charge.version)
    uow.note(number=charge.number, total=charge.total)
    return charge


def _priced(command: OpenCharge, day: date, uow: UnitOfWork) -> tuple[tuple[Line, ...], list[Price]]:
    codes = sorted({line.product for line in command.lines})
    products = uow.products.get(codes)
    projects = uow.projects.get(sorted({product.project for product in products.values() if product.project}))
    listed = uow.products.prices(codes, branch=command.branch)
    lines, prices = [], []
    for place, wanted in enumerate(command.lines):
        field = f"lines.{place}.product"
        product = products.get(wanted.product)
        project = projects.get(product.project) if product and product.project else None
        if product is None or not product.active or (project is not None and not project.active):
            raise ProductNotSold(
                fields={field: Both("choose a product that is sold", "请选择在售的产品。")},
                facts={"product": wanted.product},
            )
        price = price_on(listed.get(product.code, ()), command.branch, day)
        if price is None:
            raise NoPrice(
                fields={field: Both("ask head office for its price here", "请向总部询问本门店的价格。")},
                facts={"product": product.code, "day": day.isoformat()},
            )
        lines.append(line_of(place, product, project, price, wanted.quantity))
        prices.append(price)
    return tuple(lines), prices
