"""How the items of the flow board are shown: by the clock, on wall screens, on the consultants' strip (U1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from qiantai.contracts.triage import AlertCleared, AlertRaised, ConsultantScheduled, ConsultantStatusChanged

from device_gateway.domain.board import APPOINTMENTS, Json
from device_gateway.domain.facts import Fact

_ON_SCREENS = ("id", "kind", "tab", "state", "since", "waiting_since", "promised_at", "to")


def with_clock(value: Json, now: datetime) -> Json:
    """Return a card with the flags that time alone brings: an expected customer who is late."""
    latest = (value.get("appointment") or {}).get("latest_arrival")
    if value["tab"] == APPOINTMENTS and latest and datetime.fromisoformat(latest) < now:
        return {**value, "flags": sorted({*value["flags"], "late"})}
    return value


def for_screen(kind: str, value: Json) -> Json | None:
    """Return what a wall screen may show: nobody's name in full, no project, no money (U1)."""
    if kind == "card":
        name = value.get("name")
        shown = {
            key: value[key] for key in ("id", "kind", "tab", "state", "since", "waiting_since", "promised_at", "to")
        }
        return {**shown, "label": f"{name[0]}**" if name else "**"}
    return value if kind == "consultant" else None


def alert_of(alert: str, facts: Iterable[Fact]) -> Json | None:
    """Return an alert as supervisors see it, None for one that is cleared."""
    events = [fact.event for fact in facts]
    raised = next((event for event in events if isinstance(event, AlertRaised)), None)
    if raised is None or any(isinstance(event, AlertCleared) for event in events):
        return None
    return {
        "id": alert,
        "kind": raised.kind,
        "severity": raised.severity,
        "visit": raised.visit,
        "consultant": raised.consultant,
        "rules": list(raised.rules),
        "at": raised.at.isoformat(),
        "why": {"zh": raised.text_zh, "en": raised.text_en},
    }


def consultant_of(consultant: str, facts: Iterable[Fact], name: str | None) -> Json | None:
    """Return a consultant as the strip shows them, None for one who does not work here any more."""
    events = [fact.event for fact in facts]
    settings = next((event for event in events if isinstance(event, ConsultantScheduled)), None)
    status = next((event for event in events if isinstance(event, ConsultantStatusChanged)), None)
    if not events or (settings is not None and not settings.active):
        return None
    return {
        "id": consultant,
        "name": (settings.name if settings else None) or name or consultant,
        "shift": settings.shift if settings else None,
        "place": settings.place if settings else None,
        "status": status.status if status else None,
        "engaged_visit": status.engaged_visit if status else None,
        "since": status.at.isoformat() if status else None,
    }
