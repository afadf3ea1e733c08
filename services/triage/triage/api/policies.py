"""Policies over HTTP: the catalogue, what is in force, versions, and trying one on a past day."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qiantai.contracts import CHAIN
from qiantai.web.routes import Routes

from triage.api import policy_schemas as schemas
from triage.api.schemas import DayQuery, asked_day
from triage.domain.policy.catalogue import FIELDS, PolicyField
from triage.usecases import policies
from triage.usecases.policies import NewVersion, WrittenVersion
from triage.usecases.ports import UnitOfWork
from triage.usecases.try_policy import TryPolicy, try_on_day

routes = Routes("policies", about="Policies by chain and branch, with date and author")


@routes.read("/policies/fields", may="policy.read", returns=schemas.CatalogueView)
def catalogue(uow: UnitOfWork) -> dict[str, Any]:  # noqa: ARG001 - the catalogue is the same for everybody
    """Return every field that a policy may set: what it does, what it takes, the book's default, its rules."""
    return {"items": [_explained(field) for field in FIELDS.values()]}


@routes.read("/policies", may="policy.read", query=DayQuery, returns=schemas.InForceView)
def in_force(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return what is in force in a branch on a day, and from which level and version each field comes."""
    found = policies.policy_in_force(query["branch"], asked_day(query, uow), uow)
    return {
        "branch": found.branch,
        "day": found.day,
        "versions": found.versions,
        "fields": [
            {**_explained(FIELDS[one.field]), "value": one.value, "level": one.level, "version": one.version}
            for one in found.fields
        ],
    }


@routes.read("/policies/chain/versions", may="policy.read", returns=schemas.VersionsView)
def chain_versions(uow: UnitOfWork) -> dict[str, Any]:
    """Return the chain's versions, newest first; they hold in every branch, so everybody may read them."""
    return _versions(CHAIN, uow)


@routes.read("/policies/<branch:branch>/versions", may="policy.read", returns=schemas.VersionsView)
def versions(uow: UnitOfWork, branch: str) -> dict[str, Any]:
    """Return a branch's versions, newest first, each with what it changed."""
    return _versions(branch, uow)


@routes.write(
    "POST",
    "/policies/chain/versions",
    may="policy.edit",
    body=schemas.VersionBody,
    returns=schemas.WrittenVersionView,
    status=201,
    edits=True,
)
def write_for_chain(uow: UnitOfWork, body: dict[str, Any], version: int) -> dict[str, Any]:
    """Write the chain's next version over the one of If-Match; for those who work in every branch."""
    return _written(policies.write_policy(NewVersion(branch=CHAIN, over=version, **body), uow))


@routes.write(
    "POST",
    "/policies/<branch:branch>/versions",
    may="policy.edit",
    body=schemas.VersionBody,
    returns=schemas.WrittenVersionView,
    status=201,
    edits=True,
)
def write(uow: UnitOfWork, branch: str, body: dict[str, Any], version: int) -> dict[str, Any]:
    """Write a branch's next version over the one of If-Match; it holds from a day on that has not begun."""
    return _written(policies.write_policy(NewVersion(branch=branch, over=version, **body), uow))


@routes.write(
    "POST", "/policies/trial", may="policy.read", body=schemas.TrialBody, returns=schemas.TrialView, repeatable=False
)
def trial(uow: UnitOfWork, body: dict[str, Any]) -> dict[str, Any]:
    """Say what would have happened on a past or running day under other fields; nothing is changed."""
    return try_on_day(TryPolicy(**body), uow)


def _explained(field: PolicyField) -> dict[str, Any]:
    return {
        "name": field.name,
        "rules": field.rules,
        "does": {"zh": field.zh, "en": field.en},
        "takes": {"zh": field.takes.zh, "en": field.takes.en},
        "default": field.default,
        "tried": field.tried,
    }


def _versions(branch: str, uow: UnitOfWork) -> dict[str, Any]:
    found = policies.policy_versions(branch, uow)
    newest = found[0].version.version if found else 0
    return {"branch": branch, "version": newest, "items": [_written(one) for one in found]}


def _written(one: WrittenVersion) -> dict[str, Any]:
    return {**asdict(one.version), "changes": one.changes}
