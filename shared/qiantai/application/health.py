"""Health of a service: database, broker, outbox lag."""

from __future__ import annotations

import socket
from typing import Any

import sqlalchemy as sa

from qiantai.messaging.addresses import addresses, host_and_port
from qiantai.service import Service
from qiantai.settings import Settings

_LAG = sa.text(
    "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox WHERE published_at IS NULL"
)
_LATE_SECONDS = 30


def health_of(service: Service, settings: Settings, engine: sa.Engine) -> dict[str, Any]:
    """Return the report; status is up, degraded (works with what it knows) or down (no database)."""
    report: dict[str, Any] = {"service": service.name, "status": "up", "database": "up"}
    try:
        with engine.begin() as connection:
            waiting, oldest = connection.execute(_LAG).one()
        report["outbox"] = {"waiting": waiting, "oldest_seconds": round(float(oldest), 3)}
        report["events"] = "get out" if oldest <= _LATE_SECONDS else "do not get out"
        if oldest > _LATE_SECONDS:
            report["status"] = "degraded"
    except sa.exc.SQLAlchemyError:
        report.update(status="down", database="down")
    report["broker"] = _broker(settings.broker_url)
    if report["broker"] == "down" and report["status"] == "up":
        report["status"] = "degraded"
    return report


def _broker(url: str | None) -> str:
    if url is None:
        return "embedded"
    for address in addresses(url):
        try:
            socket.create_connection(host_and_port(address), 1.0).close()
        except OSError:
            continue
        return "up"
    return "down"
