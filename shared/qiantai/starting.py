"""What every process does when it starts."""

from __future__ import annotations

import psycopg

from qiantai import metrics
from qiantai.logs import log
from qiantai.settings import Settings
from qiantai.storage.pooler import SharedSessions, refuse_shared_sessions


def begin(settings: Settings) -> None:
    """Refuse a pooler that shares sessions, and serve the figures. Ends the process with words in the log."""
    try:
        refuse_shared_sessions(settings.database_url)
    except SharedSessions as error:
        log.error("database_refused", service=settings.service, error=str(error))
        raise SystemExit(1) from error
    except psycopg.Error as error:  # it may come: requests get 503 until then, the worker pauses
        log.warning("database_away", service=settings.service, error=str(error)[:300])
    metrics.serve(settings.metrics_port, settings.metrics_host)
