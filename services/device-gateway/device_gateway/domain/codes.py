"""What a code is (G2, G3), and which reads are one read; time is an argument."""

from __future__ import annotations

from dataclasses import dataclass, field

IN_USE = "in_use"
UNKNOWN_CODE = "unknown_code"
APPOINTMENT = "appointment"
_CLOSED_APPOINTMENTS = {"cancelled": "appointment_cancelled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCard:
    """A card as the edge knows it; `state` is in_use, lost, returned or replaced."""

    customer: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAppointment:
    """An appointment as the edge knows it; `state` is booked, cancelled, arrived and so on."""

    appointment: str
    customer: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The code opens this customer's arrival."""

    kind: str
    customer: str
    appointment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecognised:
    """The code opens nothing, and why."""

    reason: str


def classify(card: KnownCard | None, appointment: KnownAppointment | None) -> Recognised | Unrecognised:
    """Return what a code opens, from what is known under it.

    A card in use goes before an appointment's number, a revoked card after it.
    An appointment of another day or branch still names its customer.
    """
    if card is not None and card.state == IN_USE:
        return Recognised(kind=card.kind, customer=card.customer)
    if appointment is not None:
        reason = _CLOSED_APPOINTMENTS.get(appointment.state)
        if reason is not None:
            return Unrecognised(reason=reason)
        return Recognised(kind=APPOINTMENT, customer=appointment.customer, appointment=appointment.appointment)
    if card is not None:
        return Unrecognised(reason=f"card_{card.state}")
    return Unrecognised(reason=UNKNOWN_CODE)


@dataclass(slots=True)
class Debounce:
    """The same code on the same device, in any case, within `seconds` of its read is that read (G2)."""

    seconds: float
    _reads: dict[tuple[str, str], float] = field(default_factory=dict)

    def is_new(self, device: str, code: str, at: float) -> bool:
        """Say whether this is a read of its own; `at` counts seconds and never goes back."""
        for key, earlier in list(self._reads.items()):
            if at - earlier < self.seconds:
                break  # kept in order of time
            del self._reads[key]
        return (device, code.upper()) not in self._reads

    def remember(self, device: str, code: str, at: float) -> None:
        """Remember a read that is safe on disk."""
        self._reads.pop((device, code.upper()), None)
        self._reads[device, code.upper()] = at
