"""What the billing service tells again on request: the projects as they are."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai.contracts.event import Event

from billing.usecases import facts
from billing.usecases.ports import UnitOfWork


def projects(uow: UnitOfWork) -> Iterator[tuple[Event, int]]:
    """Every project as it is now."""
    for project in uow.projects.all():
        yield facts.project_changed(project), project.version
