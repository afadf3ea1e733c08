"""Who receives a visit, as facts and ledgers write it: an id, `department:CODE`, `online:ID` or `supervisor`."""

from __future__ import annotations

from dataclasses import dataclass

CONSULTANT, DEPARTMENT, ONLINE, SUPERVISOR = "consultant", "department", "online", "supervisor"


@dataclass(frozen=True, slots=True)
class Receiver:
    """One of the four kinds, and the id of the consultant, department or online colleague; `text` writes it."""

    kind: str
    id: str

    @classmethod
    def read(cls, text: str) -> Receiver:
        """Return whom a text names."""
        kind, colon, id_ = text.partition(":")
        if colon:
            return cls(kind, id_)
        return cls(SUPERVISOR if text == SUPERVISOR else CONSULTANT, text)

    @property
    def text(self) -> str:
        """The text that names this receiver."""
        return self.id if self.kind in {CONSULTANT, SUPERVISOR} else f"{self.kind}:{self.id}"

    @property
    def consultant(self) -> str | None:
        """The consultant's id, None for a department, an online colleague or the supervisor."""
        return self.id if self.kind == CONSULTANT else None
