"""Facts that the flow board is made of: the newest one of each type about each thing, as it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qiantai.contracts.event import Event, aggregate_of, event_types
from qiantai.contracts.triage import ConsultantScheduled, ConsultantStatusChanged

VISIT, APPOINTMENT, SCAN, CHARGE, ITEM, CONSULTANT, ALERT = (
    "visit",
    "appointment",
    "scan",
    "charge",
    "item",
    "consultant",
    "alert",
)
_KINDS = {
    "visit": VISIT,
    "appointment": APPOINTMENT,
    "arrival": SCAN,
    "charge": CHARGE,
    "payment": CHARGE,
    "treatment_item": ITEM,
    "consultant": CONSULTANT,
    "alert": ALERT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An event, the version of its aggregate, and when it was told."""

    event: Event
    version: int
    at: datetime

    @property
    def kind(self) -> str:
        """What the fact is about."""
        return _KINDS[aggregate_of(self.event.TYPE)]

    @property
    def word(self) -> str:
        """What happened: the last word of the event's type."""
        return word_of(self.event)

    @property
    def subject(self) -> str:
        """Id of what the fact is about; a consultant is one in each branch."""
        if isinstance(self.event, ConsultantScheduled | ConsultantStatusChanged):
            return in_branch(self.event.branch, self.event.consultant)
        return self.event.subject


def word_of(event: type[Event] | Event) -> str:
    """Return the last word of an event's type."""
    return event.TYPE.split(".")[2]


def in_branch(branch: str, consultant: str) -> str:
    """Return the subject of a consultant's facts."""
    return f"{branch}/{consultant}"


CONTRACTS: Mapping[tuple[str, str], type[Event]] = {
    (_KINDS[aggregate_of(type_)], word_of(contract)): contract
    for type_, contract in event_types().items()
    if aggregate_of(type_) in _KINDS
}
"""The contract of a kept fact by its kind and word."""
