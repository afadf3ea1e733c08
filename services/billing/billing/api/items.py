"""Items paid and not used over HTTP (B9)."""

from __future__ import annotations

from typing import Any

from qiantai.web.paging import Page, cut, page_of, write_cursor
from qiantai.web.routes import Routes

from billing.api import schemas
from billing.api.cursors import id_before
from billing.domain.item import Item, Use
from billing.usecases.ports import UnitOfWork
from billing.usecases.use_item import UseItem, use_item

routes = Routes("items", about="Items paid and not used, and their use 核销 (B9)")


@routes.read("/items", may="item.read", query=schemas.ItemQuery, returns=page_of(schemas.ItemView))
def find_items(uow: UnitOfWork, query: dict[str, Any]) -> Page[Item]:
    """Return a customer's items, the newest first."""
    rows = uow.items.find(query["customer"], unused=query["unused"], before=id_before(query), limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda item: write_cursor(item.id))


@routes.read("/items/<id:item>", may="item.read", returns=schemas.ItemWithUsesView)
def get_item(uow: UnitOfWork, item: str) -> dict[str, Any]:
    """Return an item with its sessions done."""
    found = uow.items.get(item)
    shown = {name: getattr(found, name) for name in schemas.ItemView().fields}
    return {**shown, "uses": uow.items.uses_of(item)}


@routes.write(
    "POST", "/items/<id:item>/uses", may="item.use", body=schemas.UseBody, returns=schemas.UseView, status=201, key=True
)
def use(uow: UnitOfWork, item: str, body: dict[str, Any]) -> Use:
    """Use one session of an item, in the branch where it was bought."""
    return use_item(UseItem(item=item, **body), uow)
