"""Putting a project into the catalogue (B1)."""

from __future__ import annotations

from qiantai.codes import refuse_reserved
from qiantai.contracts import CHAIN

from billing.domain.catalogue import Project, revised
from billing.usecases import facts
from billing.usecases.ports import UnitOfWork


def put_project(wanted: Project, uow: UnitOfWork) -> Project:
    """Make or change a project and tell the others; the same content again changes and tells nothing.

    A project holds in the whole chain: who works in some branches alone is refused.
    """
    uow.actor.must_work_in(CHAIN)
    refuse_reserved(wanted.code)
    before = uow.projects.lock(wanted.code)
    after = revised(before, wanted)
    if after is not before:
        uow.projects.save(after)
        uow.outbox.append(facts.project_changed(after), version=after.version)
        uow.note(project=after.code, version=after.version)
    return after
