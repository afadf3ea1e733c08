"""How the items of the flow board are shown: by the clock, on wall screens, on the consultants' strip (U1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from device_gateway.domain.board import APPOINTMENTS, Fact, Json


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
        shown = {key: value[key] for key in ("id", "kind", "tab", "state", "since", "waiting_since", "to")}
        return {**shown, "label": f"{name[0]}**" if name else "**"}
    return value if kind == "consultant" else None


def alert_of(alert: str, facts: Iterable[Fact]) -> Json | None:
    """Return an alert as supervisors see it, None for one that is cleared."""
    known = {fact.type: fact.data for fact in facts}
    raised = known.get("raised")
    if raised is None or "cleared" in known:
        return None
    names = ("kind", "severity", "visit", "consultant", "rules", "at")
    why = {"zh": raised["text_zh"], "en": raised["text_en"]}
    return {"id": alert, **{name: raised[name] for name in names}, "why": why}


def consultant_of(consultant: str, facts: Iterable[Fact], name: str | None) -> Json | None:
    """Return a consultant as the strip shows them, None for one who does not work here any more."""
    known = {fact.type: fact.data for fact in facts}
    settings, status = known.get("scheduled", {}), known.get("status_changed", {})
    if settings.get("active") is False or not known:
        return None
    return {
        "id": consultant,
        "name": settings.get("name") or name or consultant,
        "shift": settings.get("shift"),
        "place": settings.get("place"),
        "status": status.get("status"),
        "engaged_visit": status.get("engaged_visit"),
        "since": status.get("at"),
    }
