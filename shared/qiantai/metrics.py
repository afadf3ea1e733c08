"""Figures for Prometheus, on a port of their own and never on the API's; labels are of a bounded number.

Personal data, ids and what a caller made up never become labels.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from qiantai.logs import log

OTHER = "other"
"""The label of whatever is not known."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

CONSUMED = Counter("qiantai_messages_consumed", "Deliveries by verdict", ["service", "verdict"])
PUBLISHED = Counter("qiantai_messages_published", "Messages confirmed by the bus", ["service"])
PARKED = Gauge("qiantai_messages_parked", "Messages that wait for a person", ["service"])
OUTBOX_WAITING = Gauge("qiantai_outbox_waiting", "Rows not yet published", ["service"])
OUTBOX_OLDEST = Gauge("qiantai_outbox_oldest_seconds", "Age of the oldest row not yet published", ["service"])
REQUESTS = Histogram(
    "qiantai_request_seconds",
    "Time of HTTP requests",
    ["service", "method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)


def method_of(given: str) -> str:
    """Return a method as a label."""
    return given if given in _METHODS else OTHER


def serve(port: int | None, host: str) -> None:
    """Serve the figures of this process, where a port is given; a port that cannot be had stops nothing."""
    if not port:
        return
    try:
        start_http_server(port, addr=host)
    except (OSError, OverflowError) as error:  # the latter of a number that is no port
        log.warning("metrics_not_served", host=host, port=port, error=repr(error)[:200])
