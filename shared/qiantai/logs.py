"""Structured logs: one JSON object a line, event names are constants, personal data is masked."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from typing_extensions import override

_PHONE = re.compile(r"(?<!\d)(\+?\d{3,6})\d{4}(\d{4})(?!\d)")
_IN_URL = re.compile(r"://[^/@\s]+@")
_LIBRARY_SECONDS = 60.0
"""So often at most a library is heard."""
_SECRET = frozenset({"password", "token", "authorization", "id_number", "phone", "phones", "name", "body"})


def _mask(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in fields.items():
        if key in _SECRET:
            fields[key] = "***"
        elif isinstance(value, str) and key not in {"event", "timestamp", "level"}:
            fields[key] = _IN_URL.sub("://***@", _PHONE.sub(r"\1****\2", value))
    return fields


class _Libraries(logging.Handler):
    """What libraries say by `logging`, as lines like ours; of each at most one a minute."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: dict[str, tuple[float, int]] = {}

    @override
    def emit(self, record: logging.LogRecord) -> None:
        now = time.monotonic()
        last, left_out = self._said.get(record.name, (-_LIBRARY_SECONDS, 0))
        if now - last < _LIBRARY_SECONDS:
            self._said[record.name] = last, left_out + 1
            return
        self._said[record.name] = now, 0
        text = record.getMessage() + (f": {record.exc_info[1]!r}" if record.exc_info else "")
        log.warning(LIBRARY_SAYS, library=record.name, says=text[:500], left_out=left_out)


LIBRARY_SAYS = "library_says"
_libraries = _Libraries()


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
    logging.getLogger().addHandler(_libraries)  # once, however often it is said


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
