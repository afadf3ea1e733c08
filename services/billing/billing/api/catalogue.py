"""The catalogue over HTTP (B1)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Choice, Code, Currency, Day, Minor, Name, Whole
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, key_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, list_of, nested, view_of

from billing.domain.catalogue import KINDS, Price, Product, Project
from billing.usecases.offered import with_offer
from billing.usecases.ports import UnitOfWork
from billing.usecases.price_list import FindProducts, find_products
from billing.usecases.put_product import PriceLists, PutPrices, put_prices, put_product
from billing.usecases.put_product import prices_of as price_lists_of
from billing.usecases.put_project import put_project

_MOST_SESSIONS = 1000
_DAY_MINUTES = 1440

routes = Routes("catalogue", about="Projects, products and prices (B1)")


class ProjectBody(Body):
    """A project (B1); `major` and `project_class` are what triage turns on."""

    name_zh = Name(80, required=True)
    name_en = Name(80, required=True)
    major = ma.fields.Boolean(required=True)
    project_class = Name(40, required=True)
    department = Name(60, required=True)
    rank = Whole(0, 1_000_000, required=True)
    minutes = Whole(1, _DAY_MINUTES, required=True)
    active = ma.fields.Boolean(load_default=True)


class ProjectQuery(PageQuery):
    """`active` leaves out the others."""

    active = ma.fields.Boolean(load_default=None)


class ProductBody(Body):
    """A product (B1); treatments and packages have a project and sessions, cosmetics and drugs neither."""

    name_zh = Name(80, required=True)
    name_en = Name(80, required=True)
    kind = Choice(*KINDS, required=True)
    project = Code(load_default=None, allow_none=True)
    sessions = Whole(0, _MOST_SESSIONS, load_default=0)
    active = ma.fields.Boolean(load_default=True)


class PriceBody(Body):
    """The price of one unit from a day on."""

    valid_from = Day(required=True)
    amount = Minor(1, required=True)
    currency = Currency(load_default="CNY")


class PricesBody(Body):
    """All prices of a product in one branch, or in the whole chain with branch "chain" (B1)."""

    branch = BranchCode(required=True)
    prices = ma.fields.List(ma.fields.Nested(PriceBody), required=True, validate=ma.validate.Length(max=200))


class ProductQuery(PageQuery):
    """`q` is part of a code or name; `on` a day, today without; without a branch the chain's prices are shown."""

    branch = BranchCode(load_default=None)
    q = Name(80, load_default=None)
    on = Day(load_default=None)
    active = ma.fields.Boolean(load_default=None)


_MAY = {"may": May(with_offer)}
ProjectView = view_of(Project, more=_MAY)
ProductView = view_of(Product, more=_MAY)
PriceView = view_of(Price, without=("product",), about='A price; branch "chain" is where a branch has none of its own.')
ListedView = view_of(
    Product,
    more={"price": nested(PriceView, allow_none=True), **_MAY},
    about="A product with the price that holds, null without one.",
    name="ListedView",
)


@routes.write("PUT", "/projects/<code:code>", may="catalogue.edit", body=ProjectBody, returns=ProjectView, puts=True)
def set_project(uow: UnitOfWork, code: str, body: dict[str, Any], version: int | None) -> Project:
    """Make or change a project of the whole chain; a change needs If-Match, the same content again changes nothing."""
    return put_project(Project(code=code, **body), version, uow)


@routes.read("/projects", may="catalogue.read", query=ProjectQuery, returns=page_of(ProjectView))
def projects(uow: UnitOfWork, query: dict[str, Any]) -> Page[Project]:
    """Return projects in order of code."""
    rows = uow.projects.find(active=query["active"], after=key_of(query), limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda project: write_cursor(project.code))


@routes.write("PUT", "/products/<code:code>", may="catalogue.edit", body=ProductBody, returns=ProductView, puts=True)
def set_product(uow: UnitOfWork, code: str, body: dict[str, Any], version: int | None) -> Product:
    """Make or change a product of the whole chain; a change needs If-Match, the same content again changes nothing."""
    return put_product(Product(code=code, **body), version, uow)


@routes.read("/products", may="catalogue.read", query=ProductQuery, returns=page_of(ListedView))
def products(uow: UnitOfWork, query: dict[str, Any]) -> Page[Shown]:
    """Return products in order of code with the price that holds in the branch on the day."""
    wanted = FindProducts(
        branch=query["branch"],
        q=query["q"],
        on=query["on"],
        active=query["active"],
        after=key_of(query),
        limit=query["limit"] + 1,
    )
    rows = [Shown(one.product, price=one.price) for one in find_products(wanted, uow)]
    return cut(rows, query["limit"], lambda row: write_cursor(row.code))


@routes.write(
    "PUT",
    "/products/<code:code>/prices",
    may="catalogue.edit",
    body=PricesBody,
    returns=list_of(PriceView),
    puts=True,
)
def set_prices(uow: UnitOfWork, code: str, body: dict[str, Any], version: int | None) -> PriceLists:
    """Replace the price list of a product in one branch, or in the chain; other branches' lists stay.

    If-Match is the ETag of the product's prices, needed where there are some.
    """
    prices = [Price(product=code, branch=body["branch"], **price) for price in body["prices"]]
    return put_prices(PutPrices(product=code, branch=body["branch"], prices=prices, version=version), uow)


@routes.read("/products/<code:code>/prices", may="catalogue.read", returns=list_of(PriceView))
def prices_of(uow: UnitOfWork, code: str) -> PriceLists:
    """Return the prices of a product in the chain and in the caller's branches, past and coming."""
    return price_lists_of(code, uow)
