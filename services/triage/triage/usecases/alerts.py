"""What supervisors do with alerts: see them, and say that they have."""

from __future__ import annotations

from dataclasses import replace

from triage.domain.errors import AlertNotOpen
from triage.domain.rotation.alerts import UNTIL_SEEN
from triage.usecases import facts
from triage.usecases.happen import live_day
from triage.usecases.ports import UnitOfWork
from triage.usecases.records import ACKNOWLEDGED, OPEN, AlertRecord


def acknowledge(alert: str, note: str, uow: UnitOfWork) -> AlertRecord:
    """A supervisor has seen an open alert and says what is done. Raises UnknownAlert, AlertNotOpen.

    What only a person can end is over with that, and the boards are told.
    """
    glance = uow.alerts.get(alert)
    live = live_day(glance.branch, glance.day, uow)  # before the alert's row, as wherever alerts are cleared
    record = uow.alerts.lock(alert)
    if record.state != OPEN:
        raise AlertNotOpen(facts={"state": record.state, "acknowledged_by": record.acknowledged_by})
    record = replace(record, state=ACKNOWLEDGED, acknowledged_at=uow.now, acknowledged_by=uow.actor.id, note=note)
    uow.alerts.save_acknowledged(record)
    uow.note(kind=record.kind, note=note)
    if record.kind in UNTIL_SEEN:
        uow.outbox.append(facts.alert_cleared(alert, branch=record.branch, at=uow.now), version=live.version)
    return record
