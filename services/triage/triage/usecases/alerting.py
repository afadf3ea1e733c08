"""Alerts that follow from an entry in the ledger; without one nothing is read and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping

from qiantai.ids import new_id

from triage.domain.events import Arrive, Event
from triage.domain.model import Day, Decision
from triage.domain.rotation.alerts import Alert, Happening, alerts
from triage.domain.rotation.explain import Names
from triage.usecases import facts
from triage.usecases.model import VisitRecord
from triage.usecases.ports import LiveDay, UnitOfWork
from triage.usecases.records import AlertRecord


def tell_alerts(
    before: Day,
    live: LiveDay,
    event: Event,
    decisions: tuple[Decision, ...],
    names: Names,
    records: Mapping[str, VisitRecord],
    uow: UnitOfWork,
) -> None:
    """Raise and clear alerts; the branch day, which is locked and written anyway, remembers which are open."""
    happening = Happening(
        before=before, event=event, decisions=decisions, after=live.day, overridden=_overridden(event, records)
    )
    news = alerts(happening, live.alerts, names)
    if news.cleared:
        _clear([live.alerts[key] for key in news.cleared], live, uow)
    raised = [_record(alert, live, uow) for alert in news.raised]
    if raised:
        uow.alerts.add(raised)
        for record in raised:
            uow.outbox.append(facts.alert_raised(record), version=live.version)
    if news.cleared or raised:
        open_ = {key: id_ for key, id_ in live.alerts.items() if key not in news.cleared}
        pairs = zip(news.raised, raised, strict=True)
        live.alerts = {**open_, **{alert.key: record.id for alert, record in pairs if alert.key is not None}}


def _overridden(event: Event, records: Mapping[str, VisitRecord]) -> tuple[str, ...]:
    """Return the visit that arrives if its class is not the proposed one (T6)."""
    if not isinstance(event, Arrive):
        return ()
    record = records[event.visit]
    return () if record.proposed_class == record.visit_class else (record.id,)


def _clear(ids: list[str], live: LiveDay, uow: UnitOfWork) -> None:
    uow.alerts.clear(ids, at=uow.now, by=uow.actor.id)
    for id_ in ids:
        uow.outbox.append(facts.alert_cleared(id_, branch=live.branch, at=uow.now), version=live.version)


def _record(alert: Alert, live: LiveDay, uow: UnitOfWork) -> AlertRecord:
    return AlertRecord(
        id=new_id(),
        branch=live.branch,
        day=live.date,
        kind=alert.kind,
        severity=alert.severity,
        zh=alert.why.zh,
        en=alert.why.en,
        rules=alert.rules,
        raised_at=uow.now,
        visit=alert.visit,
        consultant=alert.consultant,
    )
