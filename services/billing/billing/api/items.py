"""Items paid and not used over HTTP (B9)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import Body, BranchCode, Code, Id, Text
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, id_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, many, view_of

from billing.domain.item import Item, Use
from billing.usecases.offered import with_item
from billing.usecases.ports import UnitOfWork
from billing.usecases.use_item import UseItem, use_item

routes = Routes("items", about="Items paid and not used, and their use 核销 (B9)")


class ItemQuery(PageQuery):
    """Whose items; `unused` leaves out those without sessions left."""

    customer = Id(required=True)
    unused = ma.fields.Boolean(load_default=False)


class UseBody(Body):
    """A session that has been done (核销); `performer` is a staff id."""

    branch = BranchCode(required=True)
    visit = Id(load_default=None, allow_none=True)
    performer = Code(load_default=None, allow_none=True)
    note = Text(500, load_default=None, allow_none=True)


UseView = view_of(Use)
_MAY = {"may": May(with_item)}
ItemView = view_of(Item, also=("left",), more=_MAY)
ItemWithUsesView = view_of(
    Item,
    also=("left",),
    more={"uses": many(UseView), **_MAY},
    about="An item with its sessions done.",
    name="ItemWithUsesView",
)


@routes.read("/items", may="item.read", query=ItemQuery, returns=page_of(ItemView))
def find_items(uow: UnitOfWork, query: dict[str, Any]) -> Page[Item]:
    """Return a customer's items, the newest first."""
    rows = uow.items.find(query["customer"], unused=query["unused"], before=id_of(query), limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda item: write_cursor(item.id))


@routes.read("/items/<id:item>", may="item.read", returns=ItemWithUsesView)
def get_item(uow: UnitOfWork, item: str) -> Shown:
    """Return an item with its sessions done."""
    return Shown(uow.items.get(item), uses=uow.items.uses_of(item))


@routes.write("POST", "/items/<id:item>/uses", may="item.use", body=UseBody, returns=UseView, status=201, key=True)
def use(uow: UnitOfWork, item: str, body: dict[str, Any]) -> Use:
    """Use one session of an item, in the branch where it was bought."""
    return use_item(UseItem(item=item, **body), uow)
