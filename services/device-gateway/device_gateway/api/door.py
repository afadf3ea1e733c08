"""The door over HTTP: sign-in, branches, staff accounts (G8)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, current_app, g
from qiantai import codes, permissions
from qiantai.both import Both
from qiantai.ids import new_id
from qiantai.logs import log
from qiantai.web import problems
from qiantai.web.fields import Body, Currency, Exactly, Name, Text
from qiantai.web.may import May
from qiantai.web.paging import Page, PageQuery, cut, key_of, page_of, write_cursor
from qiantai.web.routes import Routes, present_session
from qiantai.web.views import list_of, view_of

from device_gateway.api.places import SIGNER, place_of, remember
from device_gateway.api.signed import SignedIn, SignedInView, signed
from device_gateway.domain.door import Branch, Role, Staff, every_role
from device_gateway.domain.errors import PasswordMustChange, UnknownStaff, WrongSignIn
from device_gateway.domain.passwords import SHORTEST
from device_gateway.usecases.door import (
    ChangePassword,
    PutBranch,
    PutStaff,
    SignIn,
    change_password,
    put_branch,
    put_staff,
    renew,
    sign_in,
    sign_out,
    sign_out_everywhere,
    sign_out_staff,
)
from device_gateway.usecases.offered import offered_branch, offered_staff
from device_gateway.usecases.ports import UnitOfWork

SIGN_IN = "sign_in"

routes = Routes(
    "door",
    about="Sign-in, branches and staff accounts (G8)",
    extensions={"x-roles": {role: sorted(actions) for role, actions in permissions.ROLES.items()}},
)
"""What each role allows stands in the OpenAPI document too: each operation of every service names its `x-action`."""


_BRANCHES = Exactly(
    rf"({codes.BRANCH}|\*)",
    Both(
        "Each is a branch code, or * for every branch; a branch code has no dots.",
        "请填写门店代码（不含点），* 表示所有门店。",
    ),
)


class SignInBody(Body):
    """Name and password of a staff account."""

    staff = Text(60, required=True)
    password = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 200))


class PasswordBody(SignInBody):
    """Name, the present password, and the one that shall be."""

    new_password = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 200))


class KeysView(ma.Schema):
    """The public keys (JWKS) that tokens are checked with."""

    keys = ma.fields.List(ma.fields.Dict(), required=True)


class BranchBody(Body):
    """A branch as it shall be; without `active` it stays open or closed."""

    name_zh = Name(80, required=True)
    name_en = Name(80, required=True)
    timezone = Name(60, load_default="Asia/Shanghai")
    currency = Currency(load_default="CNY")
    active = ma.fields.Boolean(load_default=None)


class StaffBody(Body):
    """An account as it shall be; without `active` or a password it stays as it is.

    Who gets a password from somebody else changes it at the first sign-in.
    """

    name = Text(80, required=True)
    roles = ma.fields.List(Text(40), required=True, validate=ma.validate.Length(1, 20))
    branches = ma.fields.List(ma.fields.String(validate=_BRANCHES), required=True, validate=ma.validate.Length(1, 200))
    active = ma.fields.Boolean(load_default=None)
    password = ma.fields.String(load_default=None, load_only=True, validate=ma.validate.Length(SHORTEST, 200))


BranchView = view_of(Branch, more={"may": May(offered_branch)}, about="A branch of the chain.")
RoleView = view_of(Role)
StaffView = view_of(
    Staff,
    without=("id", "password_hash", "generation"),
    more={"staff": ma.fields.String(required=True, attribute="id"), "may": May(offered_staff)},
    about="A staff account.",
)


@routes.write("POST", "/sign-in", may=permissions.PUBLIC, body=SignInBody, returns=SignedInView, repeatable=False)
def enter(uow: UnitOfWork, body: dict[str, Any]) -> SignedIn | Response:
    """Sign in with name and password; too many wrong ones close the door for a while, but not to known places."""
    account = sign_in(SignIn(**body, place=place_of(body["staff"], uow)), uow)
    if account is not None and account.must_change:
        return problems.of_refusal(PasswordMustChange())
    return _entered(account, uow)


@routes.write("POST", "/password", may=permissions.PUBLIC, body=PasswordBody, returns=SignedInView, repeatable=False)
def take_another_password(uow: UnitOfWork, body: dict[str, Any]) -> SignedIn | Response:
    """Change one's own password with the present one; all sessions end, and this signs in."""
    return _entered(change_password(ChangePassword(**body, place=place_of(body["staff"], uow)), uow), uow)


def _entered(account: Staff | None, uow: UnitOfWork) -> SignedIn | Response:
    log.info(SIGN_IN, outcome="wrong" if account is None else "right", source=g.source)
    if account is None:  # a refusal that is raised would undo the count
        return problems.of_refusal(WrongSignIn())
    remember(account.id, uow)
    return signed(account, uow, began=uow.now.timestamp(), session=new_id())


@routes.write("POST", "/token", may=permissions.SIGNED_IN, returns=SignedInView, repeatable=False)
def stay(uow: UnitOfWork) -> SignedIn:
    """Take a fresh token while the present one is valid; with the rights that the account has now."""
    session = present_session()
    return signed(renew(session, uow), uow, began=session.began, session=session.id or new_id())


@routes.write("POST", "/sign-out", may=permissions.SIGNED_IN, status=204, repeatable=False)
def leave(uow: UnitOfWork) -> None:
    """End this session: it is not renewed, and the gateway takes its token no more."""
    sign_out(present_session(), uow)


@routes.write("POST", "/sign-out-everywhere", may=permissions.SIGNED_IN, status=204, repeatable=False)
def leave_everywhere(uow: UnitOfWork) -> None:
    """End every session of this account, in every service."""
    sign_out_everywhere(uow)


@routes.read("/jwks", may=permissions.PUBLIC, returns=KeysView)
def keys(uow: UnitOfWork) -> dict[str, object]:  # noqa: ARG001 - every view gets one
    """Return the public keys that tokens are checked with."""
    found: dict[str, object] = current_app.extensions[SIGNER]().public_keys()
    return found


@routes.read("/branches", may=permissions.SIGNED_IN, returns=list_of(BranchView))
def branches(uow: UnitOfWork) -> dict[str, Any]:
    """Return the branches that the asker works in."""
    return {"items": uow.branches.all(scope=uow.actor.scope)}


@routes.write("PUT", "/branches/<branch:branch>", may="branch.edit", body=BranchBody, returns=BranchView, puts=True)
def write_branch(uow: UnitOfWork, branch: str, body: dict[str, Any], version: int | None) -> Branch:
    """Make or change a branch; a change needs If-Match."""
    return put_branch(PutBranch(code=branch, version=version, **body), uow)


@routes.read("/staff", may="staff.read", query=PageQuery, returns=page_of(StaffView))
def staff(uow: UnitOfWork, query: dict[str, Any]) -> Page[Staff]:
    """Return the accounts that work in the asker's branches, by name."""
    rows = uow.staff.all(scope=uow.actor.scope, after=key_of(query), limit=query["limit"] + 1)
    return cut(rows, query["limit"], lambda one: write_cursor(one.id))


@routes.read("/roles", may="staff.read", returns=list_of(RoleView))
def roles(uow: UnitOfWork) -> dict[str, Any]:
    """Return the roles that there are, what each allows, and whether the asker may give it."""
    return {"items": every_role(uow.actor)}


@routes.read("/staff/<code:staff>", may="staff.read", returns=StaffView)
def account(uow: UnitOfWork, staff: str) -> Staff:
    """Return an account."""
    found = uow.staff.get(staff)
    scope = uow.actor.scope
    if found is None or (scope is not None and not {*scope, "*"} & {*found.branches}):
        raise UnknownStaff
    return found


@routes.write("PUT", "/staff/<code:staff>", may="staff.edit", body=StaffBody, returns=StaffView, puts=True)
def write_staff(uow: UnitOfWork, staff: str, body: dict[str, Any], version: int | None) -> Staff:
    """Make or change an account; a change needs If-Match, and nobody gives rights that they do not hold."""
    roles, in_branches = tuple(body.pop("roles")), tuple(body.pop("branches"))
    uow.note(source=g.source)
    return put_staff(PutStaff(staff=staff, roles=roles, branches=in_branches, version=version, **body), uow)


@routes.write("POST", "/staff/<code:staff>/sign-out", may="staff.edit", returns=StaffView)
def end_sessions(uow: UnitOfWork, staff: str) -> Staff:
    """End every session of an account, in every service."""
    return sign_out_staff(staff, uow)
