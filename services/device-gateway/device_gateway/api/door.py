"""The door over HTTP: sign-in, branches, staff accounts (G8)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma
from flask import Response, current_app
from qiantai import codes, permissions
from qiantai.web import problems
from qiantai.web.fields import Body, Exactly, Text
from qiantai.web.paging import Page, PageQuery, cut, key_of, page_of, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.views import list_of, view_of

from device_gateway.domain.door import Branch, Staff
from device_gateway.domain.errors import TooManyTries, UnknownStaff, WrongSignIn
from device_gateway.usecases.door import PutStaff, SignIn, put_branch, put_staff, renew, sign_in
from device_gateway.usecases.ports import UnitOfWork

SIGNER = "device_gateway.signer"
"""Where the application keeps the function that gives its TokenSigner."""
TOKEN_LASTS = timedelta(minutes=30)

routes = Routes("door", about="Sign-in, branches and staff accounts (G8)")


_BRANCHES = Exactly(rf"({codes.BRANCH}|\*)", "Each is a branch code, or * for every branch; a branch code has no dots.")


class SignInBody(Body):
    """Name and password of a staff account."""

    staff = Text(60, required=True)
    password = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 200))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A token for the Authorization header (Bearer), and whom it speaks for."""

    token: str
    expires_at: datetime
    staff: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]


class KeysView(ma.Schema):
    """The public keys (JWKS) that tokens are checked with."""

    keys = ma.fields.List(ma.fields.Dict(), required=True)


class BranchBody(Body):
    """A branch as it shall be."""

    name_zh = Text(80, required=True)
    name_en = Text(80, required=True)
    timezone = Text(60, load_default="Asia/Shanghai")
    currency = ma.fields.String(load_default="CNY", validate=Exactly("[A-Z]{3}"))
    active = ma.fields.Boolean(load_default=True)


class StaffBody(Body):
    """An account as it shall be; without a password the present one stays."""

    name = Text(80, required=True)
    roles = ma.fields.List(Text(40), required=True, validate=ma.validate.Length(1, 20))
    branches = ma.fields.List(ma.fields.String(validate=_BRANCHES), required=True, validate=ma.validate.Length(1, 200))
    active = ma.fields.Boolean(load_default=True)
    password = ma.fields.String(load_default=None, load_only=True, validate=ma.validate.Length(10, 200))


SignedInView = view_of(SignedIn)
BranchView = view_of(Branch)
StaffView = view_of(
    Staff,
    without=("id", "password_hash"),
    more={"staff": ma.fields.String(required=True, attribute="id")},
    about="A staff account.",
)


@routes.write("POST", "/sign-in", may=permissions.PUBLIC, body=SignInBody, returns=SignedInView, repeatable=False)
def enter(uow: UnitOfWork, body: dict[str, Any]) -> SignedIn | Response:
    """Sign in with name and password; five wrong passwords in five minutes lock the name for a while."""
    attempt = sign_in(SignIn(**body), uow)
    if attempt.locked_for is not None:
        seconds = math.ceil(attempt.locked_for.total_seconds())
        response = problems.of_refusal(TooManyTries(facts={"retry_after": seconds}))
        response.headers["Retry-After"] = str(seconds)
        return response
    if attempt.account is None:  # a refusal that is raised would undo the count
        return problems.of_refusal(WrongSignIn())
    return _signed(attempt.account, uow)


@routes.write("POST", "/token", may=permissions.SIGNED_IN, returns=SignedInView, repeatable=False)
def stay(uow: UnitOfWork) -> SignedIn:
    """Take a fresh token while the present one is valid; with the rights that the account has now."""
    return _signed(renew(uow), uow)


@routes.read("/jwks", may=permissions.PUBLIC, returns=KeysView)
def keys(uow: UnitOfWork) -> dict[str, object]:  # noqa: ARG001 - every view gets one
    """Return the public keys that tokens are checked with."""
    found: dict[str, object] = current_app.extensions[SIGNER]().public_keys()
    return found


@routes.read("/branches", may=permissions.SIGNED_IN, returns=list_of(BranchView))
def branches(uow: UnitOfWork) -> dict[str, Any]:
    """Return the branches that the asker works in."""
    return {"items": uow.branches.all(scope=uow.actor.scope)}


@routes.write("PUT", "/branches/<branch:branch>", may="branch.edit", body=BranchBody, returns=BranchView)
def write_branch(uow: UnitOfWork, branch: str, body: dict[str, Any]) -> Branch:
    """Make or change a branch."""
    return put_branch(Branch(code=branch, **body), uow)


@routes.read("/staff", may="staff.read", query=PageQuery, returns=page_of(StaffView))
def staff(uow: UnitOfWork, query: dict[str, Any]) -> Page[Staff]:
    """Return the accounts that work in the asker's branches, by name."""
    rows = uow.staff.all(scope=uow.actor.scope, after=key_of(query), limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda one: write_cursor(one.id))


@routes.read("/staff/<code:staff>", may="staff.read", returns=StaffView)
def account(uow: UnitOfWork, staff: str) -> Staff:
    """Return an account."""
    found = uow.staff.get(staff)
    scope = uow.actor.scope
    if found is None or (scope is not None and not {*scope, "*"} & {*found.branches}):
        raise UnknownStaff
    return found


@routes.write("PUT", "/staff/<code:staff>", may="staff.edit", body=StaffBody, returns=StaffView)
def write_staff(uow: UnitOfWork, staff: str, body: dict[str, Any]) -> Staff:
    """Make or change an account; nobody gives rights that they do not hold."""
    roles, in_branches = tuple(body.pop("roles")), tuple(body.pop("branches"))
    return put_staff(PutStaff(staff=staff, roles=roles, branches=in_branches, **body), uow)


def _signed(account: Staff, uow: UnitOfWork) -> SignedIn:
    signer = current_app.extensions[SIGNER]()
    token = signer.sign(account.actor, now=uow.now.timestamp(), seconds=int(TOKEN_LASTS.total_seconds()))
    return SignedIn(
        token=token,
        expires_at=uow.now + TOKEN_LASTS,
        staff=account.id,
        name=account.name,
        roles=account.roles,
        branches=account.branches,
    )
