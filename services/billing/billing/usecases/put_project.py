"""Putting a project into the catalogue (B1)."""

from __future__ import annotations

from qiantai.codes import refuse_reserved
from qiantai.contracts import CHAIN
from qiantai.editions import edits

from billing.domain.catalogue import Project, revised
from billing.usecases import facts
from billing.usecases.ports import UnitOfWork


def put_project(wanted: Project, version: int | None, uow: UnitOfWork) -> Project:
    """Make or change a project and tell the others; the same content again changes and tells nothing.

    `version` is the one that was loaded, needed for a change of what is there. A project holds in the whole chain:
    who works in some branches alone is refused. Raises OtherBranch, Stale, VersionMissing.
    """
    uow.actor.must_work_in(CHAIN)
    refuse_reserved(wanted.code)
    before = uow.projects.lock(wanted.code)
    after = revised(before, wanted)
    if before is None or edits(version, before.version, changes=after is not before):
        uow.projects.save(after)
        uow.outbox.append(facts.project_changed(after), version=after.version)
        uow.note(project=after.code, version=after.version)
    return after
