"""What the appointment service refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class AppointmentError(Refusal):
    """The appointment service cannot do this."""


class ImpossibleTimes(AppointmentError):
    """These times cannot be booked (A2)."""


class UnknownAppointment(AppointmentError):
    """No appointment is known under this id or number."""

    status: ClassVar[int] = 404


class BadNumber(AppointmentError):
    """This is no appointment number: its check digits do not fit; read or type it again (A2)."""


class UnknownCustomer(AppointmentError):
    """This customer is not known here yet; try again in a moment."""


class UnknownProject(AppointmentError):
    """The catalogue does not offer this project."""


class ProviderNotHere(AppointmentError):
    """This consultant or doctor does not work in this branch (any more)."""


class UnknownStaff(AppointmentError):
    """Nobody of the staff has this name."""


class ProviderBusy(AppointmentError):
    """This consultant or doctor is booked at that time already; choose another time or person (A8)."""

    status: ClassVar[int] = 409


class CustomerBusy(AppointmentError):
    """This customer has a slip at that time already; choose another time, or say `also_then` where it is meant."""

    status: ClassVar[int] = 409


class NotInThisState(AppointmentError):
    """The appointment's state does not allow this (A3)."""

    status: ClassVar[int] = 409


class NotToday(AppointmentError):
    """The appointment is for another day; reschedule it first (A11)."""

    status: ClassVar[int] = 409


class AppointmentChanged(AppointmentError):
    """Somebody changed this appointment meanwhile; load it again and repeat your change."""

    status: ClassVar[int] = 412
