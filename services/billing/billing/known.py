"""What billing keeps of the other services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.receiver import Receiver
from qiantai.contracts.triage import ConsultationFinished, PerformanceMoved, VisitAssigned, VisitRegistered
from qiantai.ids import Id
from qiantai.known import Copy
from qiantai.told import Told

from billing.domain.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Copy of the customer service's files."""

    id: Id
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """Copy of triage's: who gets the performance of a customer's deals (B12)."""

    customer: Id
    consultant: str
    since: datetime


def _consultant(told: Told[VisitRegistered | VisitAssigned | ConsultationFinished]) -> str | None:
    """Each of the facts says enough by itself."""
    match told.event:
        case VisitAssigned(to=to):
            return Receiver.read(to).consultant
        case ConsultationFinished(consultant=consultant):
            return consultant
        case _:
            return None


CUSTOMERS = Copy(
    name="customers",
    table="known_customer",
    kind=Customer,
    of=(CustomerRegistered, CustomerUpdated),
    takes={"id": "customer"},
    again=(CustomerUpdated,),
)
VISITS = Copy(
    name="visits",
    table="known_visit",
    kind=Visit,
    of=(VisitRegistered, VisitAssigned, ConsultationFinished),
    takes={"id": "visit", "consultant": _consultant},
)
PERFORMERS = Copy(
    name="performers",
    table="known_performer",
    kind=Performer,
    of=(PerformanceMoved,),
    takes={"consultant": "to"},
    again=(PerformanceMoved,),
)
