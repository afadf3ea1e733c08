"""Policies over HTTP: the catalogue, what is in force, versions, and trying one on a past day."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.contracts import CHAIN
from qiantai.web.fields import Body, Choice, Day, Text
from qiantai.web.may import May
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, View, list_of, many, nested, view_of

from triage.api.queries import DayQuery, asked_day
from triage.domain.policy.catalogue import FIELDS, PolicyField
from triage.domain.policy.reading import FieldDiffers
from triage.domain.rotation.explain import Explanation
from triage.usecases import policies
from triage.usecases.model import PolicyVersion
from triage.usecases.offered import offered_on_policy
from triage.usecases.policies import InForce, NewVersion, WrittenVersion
from triage.usecases.ports import UnitOfWork

routes = Routes("policies", about="Policies by chain and branch, with date and author")


class Fields(ma.fields.Dict):
    """Policy fields by name; each is read by its own rules (GET /policies/fields)."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - marshmallow's own options
        super().__init__(keys=ma.fields.String(), **options)


class VersionBody(Body):
    """The whole set of fields of this level from a day on, and why."""

    fields = Fields(required=True)  # type: ignore[assignment]  # marshmallow's own is per instance
    valid_from = Day(required=True)
    reason = Text(300, required=True)


WhyView = view_of(Explanation)
FieldView = view_of(
    PolicyField,
    also=("default", "form"),
    without=("book", "zh", "en", "by_time"),
    more={"does": nested(WhyView), "takes": nested(WhyView)},
    about="One field of the policy, explained.",
    name="FieldView",
)
FieldInForceView = view_of(
    PolicyField,
    also=("default", "form"),
    without=("book", "zh", "en", "by_time"),
    more={
        "does": nested(WhyView),
        "takes": nested(WhyView),
        "value": object | None,
        "level": Choice("book", "chain", "branch", required=True),
        "version": int | None,
    },
    about="A field with what holds, and the level and version that say so (by the book without a version).",
    name="FieldInForceView",
)
VersionView = view_of(PolicyVersion, name="VersionView")
InForceView = view_of(InForce, more={"versions": many(VersionView), "fields": many(FieldInForceView)})
ChangeView = view_of(
    FieldDiffers,
    about="A field that differs; null where it is not set, so that the level below holds.",
    name="ChangeView",
)
WrittenVersionView = view_of(
    PolicyVersion,
    more={"changes": many(ChangeView)},
    about="A version with what it changed against the one before it.",
    name="WrittenVersionView",
)


class VersionsView(View):
    """All versions of a level, newest first; `version` (and the ETag) is the newest number, 0 without any.

    Days before `earliest` have begun already: no version can be valid from them.
    """

    branch = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    earliest = Day(required=True)
    may = May(lambda versions, actor: offered_on_policy(versions["branch"], actor))
    items = many(WrittenVersionView)


@routes.read("/policies/fields", may="policy.read", returns=list_of(FieldView))
def catalogue(uow: UnitOfWork) -> dict[str, Any]:  # noqa: ARG001 - the catalogue is the same for everybody
    """Return every field that a policy may set: what it does, what it takes, the book's default, its rules."""
    return {"items": [_explained(field) for field in FIELDS.values()]}


@routes.read("/policies", may="policy.read", query=DayQuery, returns=InForceView)
def in_force(uow: UnitOfWork, query: dict[str, Any]) -> Shown:
    """Return what is in force in a branch on a day, and from which level and version each field comes."""
    found = policies.policy_in_force(query["branch"], asked_day(query, uow), uow)
    fields = [
        _explained(FIELDS[one.field], value=one.value, level=one.level, version=one.version) for one in found.fields
    ]
    return Shown(found, fields=fields)


@routes.read("/policies/chain/versions", may="policy.read", returns=VersionsView)
def chain_versions(uow: UnitOfWork) -> dict[str, Any]:
    """Return the chain's versions, newest first; they hold in every branch, so everybody may read them."""
    return _versions(CHAIN, uow)


@routes.read("/policies/<branch:branch>/versions", may="policy.read", returns=VersionsView)
def versions(uow: UnitOfWork, branch: str) -> dict[str, Any]:
    """Return a branch's versions, newest first, each with what it changed."""
    return _versions(branch, uow)


@routes.write(
    "POST",
    "/policies/chain/versions",
    may="policy.edit",
    body=VersionBody,
    returns=WrittenVersionView,
    status=201,
    edits=True,
)
def write_for_chain(uow: UnitOfWork, body: dict[str, Any], version: int) -> Shown:
    """Write the chain's next version over the one of If-Match; for those who work in every branch."""
    return _written(policies.write_policy(NewVersion(branch=CHAIN, over=version, **body), uow))


@routes.write(
    "POST",
    "/policies/<branch:branch>/versions",
    may="policy.edit",
    body=VersionBody,
    returns=WrittenVersionView,
    status=201,
    edits=True,
)
def write(uow: UnitOfWork, branch: str, body: dict[str, Any], version: int) -> Shown:
    """Write a branch's next version over the one of If-Match; it holds from a day on that has not begun."""
    return _written(policies.write_policy(NewVersion(branch=branch, over=version, **body), uow))


def _explained(field: PolicyField, **more: object) -> Shown:
    return Shown(field, does=field, **more)  # a field says what it does, and `takes` what it takes, in two languages


def _versions(branch: str, uow: UnitOfWork) -> dict[str, Any]:
    found = policies.policy_versions(branch, uow)
    newest = found[0].version.version if found else 0
    earliest = policies.earliest_day(branch, uow)
    return {"branch": branch, "version": newest, "earliest": earliest, "items": [_written(one) for one in found]}


def _written(one: WrittenVersion) -> Shown:
    return Shown(one.version, changes=one.changes)
