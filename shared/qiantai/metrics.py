"""Figures for Prometheus; personal data and ids never become labels."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

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
