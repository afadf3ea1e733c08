"""Structured logs: one JSON object a line, event names are constants, personal data is masked."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_PHONE = re.compile(r"(?<!\d)(\+?\d{3,6})\d{4}(\d{4})(?!\d)")
_SECRET = frozenset({"password", "token", "authorization", "id_number", "phone", "phones", "name", "body"})


def _mask(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in fields.items():
        if key in _SECRET:
            fields[key] = "***"
        elif isinstance(value, str) and key not in {"event", "timestamp", "level"}:
            fields[key] = _PHONE.sub(r"\1****\2", value)
    return fields


def configure_logs(level: str = "INFO") -> None:
    """Log JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
