"""A day of the live ledger as a day script, which replays to the same decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from triage.domain.beginning import Beginning
from triage.domain.header import encode_beginning
from triage.domain.ledger import LedgerEntry


def export_day(given: Beginning, entries: Iterable[LedgerEntry]) -> dict[str, Any]:
    """Return the script: how the day began, and every event of its ledger."""
    return {**encode_beginning(given), "events": [entry.event for entry in entries]}
