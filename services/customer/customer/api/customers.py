"""Files over HTTP."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.branches import countries
from qiantai.web.fields import Body, BranchCode, Choice, Day, Id, Name, Text
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, id_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import list_of, view_of

from customer.api.shown import hidden, shown
from customer.domain.model import GENDERS, KINDS, Customer, Phone, Step, search_of
from customer.usecases.edit_customer import EditCustomer, edit_customer
from customer.usecases.find_files import FindFiles, find_files
from customer.usecases.looks import A_NUMBER, count_files
from customer.usecases.offered import with_file
from customer.usecases.open_file import open_file
from customer.usecases.ports import UnitOfWork
from customer.usecases.register_customer import RegisterCustomer, register_customer
from customer.usecases.timeline import steps_for

routes = Routes("customers", about="Customers' files (C1-C13)")
_TIMELINE_LIMIT = 500


class PhoneBody(Body):
    """A phone and whose it is; a local number is one of the branch's country (C3)."""

    number = Name(40, required=True)
    note = Text(60, load_default=None, allow_none=True)
    primary = ma.fields.Boolean(load_default=False)


class RegisterBody(Body):
    """A new file (C1)."""

    branch = BranchCode(required=True)
    name = Name(80, required=True)
    phones = ma.fields.List(ma.fields.Nested(PhoneBody), load_default=list, validate=ma.validate.Length(max=10))
    kind = Choice(*KINDS, load_default="full")
    gender = Choice(*GENDERS, load_default=None, allow_none=True)
    birthday = Day(load_default=None, allow_none=True)
    source = Text(60, load_default=None, allow_none=True)
    referrer = Id(load_default=None, allow_none=True)
    address = Text(300, load_default=None, allow_none=True)
    occupation = Text(80, load_default=None, allow_none=True)
    remark = Text(2000, load_default=None, allow_none=True)


class EditBody(Body):
    """New values for some fields of a file (C13); `phones` are all that the file shall have (C3)."""

    name = Name(80)
    phones = ma.fields.List(ma.fields.Nested(PhoneBody), validate=ma.validate.Length(max=10))
    kind = Choice(*KINDS)
    gender = Choice(*GENDERS, allow_none=True)
    birthday = Day(allow_none=True)
    source = Text(60, allow_none=True)
    referrer = Id(allow_none=True)
    address = Text(300, allow_none=True)
    occupation = Text(80, allow_none=True)
    remark = Text(2000, allow_none=True)


class ListQuery(PageQuery):
    """`q` is the last four digits or all of a phone, a card's or a file's number, or part of a name (C2)."""

    q = Name(80, load_default=None)


class FindBody(Body):
    """What was said at a branch's desk: as `q` of the list, but in no address, and so in no log."""

    branch = BranchCode(required=True)
    q = Name(80, required=True)


class RevealBody(Body):
    """What the numbers are needed for."""

    reason = Text(200, required=True)


CustomerView = view_of(Customer, more={"may": May(with_file)})
PhoneView = view_of(Phone)
StepView = view_of(Step)


@routes.write("POST", "/", may="customer.register", body=RegisterBody, returns=CustomerView, status=201)
def register(uow: UnitOfWork, body: dict[str, Any]) -> Customer:
    """Make a file; a known phone is refused with the existing file's id."""
    phones = tuple(Phone(**phone) for phone in body.pop("phones"))
    return shown(register_customer(RegisterCustomer(phones=phones, **body), uow), uow)


@routes.read("/", may="customer.read", query=ListQuery, returns=page_of(CustomerView))
def files(uow: UnitOfWork, query: dict[str, Any]) -> Page[Customer]:
    """Return the files of the caller's branches, or those that `q` can mean; of numbers the ends alone."""
    wanted = None if query["q"] is None else search_of(query["q"], countries(uow))
    rows = uow.customers.find(wanted, scope=uow.actor.scope, after=id_of(query), limit=query["limit"] + 1)
    page = cut([hidden(one) for one in rows], query["limit"], lambda customer: write_cursor(customer.id))
    count_files(len(page.items), uow)
    return page


@routes.write("POST", "/find", may="customer.read", body=FindBody, returns=list_of(CustomerView), repeatable=False)
def find(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Find files: in the caller's branches by anything, in the chain by a whole phone, a card or a file's number.

    A file that is found so opens in the branch. At most fifty are returned; of numbers the ends alone.
    """
    found = find_files(FindFiles(branch=body["branch"], text=body["q"]), uow)
    return {"items": [hidden(one) for one in found]}


@routes.read("/<id:customer>", may="customer.read", returns=CustomerView)
def get(uow: UnitOfWork, customer: str) -> Customer:
    """Return a file; its ETag is needed to edit it. Who needs the numbers sees them, which the audit notes."""
    file = open_file(customer, uow)
    count_files(1, uow)
    return shown(file, uow)


@routes.write(
    "POST",
    "/<id:customer>/reveal",
    may="customer.reveal",
    body=RevealBody,
    returns=list_of(PhoneView),
    repeatable=False,
)
def reveal(uow: UnitOfWork, customer: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a file's whole numbers to somebody who needs them now; the audit keeps who and what for."""
    file = open_file(customer, uow)
    count_files(A_NUMBER, uow)
    uow.note(reason=body["reason"])
    return {"items": file.phones}


@routes.write("PATCH", "/<id:customer>", may="customer.edit", body=EditBody, returns=CustomerView, edits=True)
def edit(uow: UnitOfWork, customer: str, body: dict[str, Any], version: int) -> Customer:
    """Change fields of a file; its phones by who sees them whole. One of another file is refused with its id."""
    if "phones" in body:
        body["phones"] = tuple(Phone(**phone) for phone in body["phones"])
    return shown(edit_customer(EditCustomer(customer=customer, version=version, values=body), uow), uow)


@routes.read("/<id:customer>/timeline", may="customer.read", returns=list_of(StepView))
def timeline(uow: UnitOfWork, customer: str) -> dict[str, Any]:
    """Return what happened to a customer, newest first, as far as the caller may read it in the owning services."""
    file = open_file(customer, uow)
    return {"items": steps_for(file.id, uow, limit=_TIMELINE_LIMIT)}
