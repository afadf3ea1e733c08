"""The catalogue over HTTP (B1)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qiantai.web.paging import Page, cut, page_of, write_cursor
from qiantai.web.routes import Routes

from billing.api import schemas
from billing.api.cursors import code_after
from billing.domain.catalogue import Price, Product, Project
from billing.domain.errors import UnknownProduct
from billing.usecases.ports import UnitOfWork
from billing.usecases.price_list import FindProducts, find_products
from billing.usecases.put_product import PutPrices, put_prices, put_product
from billing.usecases.put_project import put_project

routes = Routes("catalogue", about="Projects, products and prices (B1)")


@routes.write(
    "PUT", "/projects/<code:code>", may="catalogue.edit", body=schemas.ProjectBody, returns=schemas.ProjectView
)
def set_project(uow: UnitOfWork, code: str, body: dict[str, Any]) -> Project:
    """Make or change a project of the whole chain; the same content again changes nothing."""
    return put_project(Project(code=code, **body), uow)


@routes.read("/projects", may="catalogue.read", query=schemas.ProjectQuery, returns=page_of(schemas.ProjectView))
def projects(uow: UnitOfWork, query: dict[str, Any]) -> Page[Project]:
    """Return projects in order of code."""
    rows = uow.projects.find(active=query["active"], after=code_after(query), limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda project: write_cursor(project.code))


@routes.write(
    "PUT", "/products/<code:code>", may="catalogue.edit", body=schemas.ProductBody, returns=schemas.ProductView
)
def set_product(uow: UnitOfWork, code: str, body: dict[str, Any]) -> Product:
    """Make or change a product of the whole chain; the same content again changes nothing."""
    return put_product(Product(code=code, **body), uow)


@routes.read("/products", may="catalogue.read", query=schemas.ProductQuery, returns=page_of(schemas.ListedView))
def products(uow: UnitOfWork, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """Return products in order of code with the price that holds in the branch on the day."""
    wanted = FindProducts(
        branch=query["branch"],
        q=query["q"],
        on=query["on"],
        active=query["active"],
        after=code_after(query),
        limit=query["limit"] + 1,
    )
    rows = [{**asdict(one.product), "price": one.price} for one in find_products(wanted, uow)]
    return cut(rows, query["limit"], lambda row: write_cursor(row["code"]))


@routes.write(
    "PUT", "/products/<code:code>/prices", may="catalogue.edit", body=schemas.PricesBody, returns=schemas.PricesView
)
def set_prices(uow: UnitOfWork, code: str, body: dict[str, Any]) -> dict[str, Any]:
    """Replace the price list of a product in one branch, or in the chain; other branches' lists stay."""
    prices = [Price(product=code, branch=body["branch"], **price) for price in body["prices"]]
    return {"items": put_prices(PutPrices(product=code, branch=body["branch"], prices=prices), uow)}


@routes.read("/products/<code:code>/prices", may="catalogue.read", returns=schemas.PricesView)
def prices_of(uow: UnitOfWork, code: str) -> dict[str, Any]:
    """Return the prices of a product in the chain and in the caller's branches, past and coming."""
    if not uow.products.get([code]):
        raise UnknownProduct
    return {"items": uow.products.price_lists(code)}
