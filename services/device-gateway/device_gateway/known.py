"""What the gateway keeps of the other services, beside the facts of the flow board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CardIssued, CardRevoked, CustomerRegistered, CustomerUpdated
from qiantai.known import Copy

from device_gateway.domain.codes import IN_USE


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Copy of the customer service's files: how customers are called on the board."""

    id: str
    name: str
    phone_tail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Copy of billing's projects: how they are called on the board."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Whose a number is and whether it opens an arrival; a read of a keyboard is translated with it."""

    id: str
    number: str
    customer: str
    issued_at: datetime
    kind: str | None
    state: str


CUSTOMERS = Copy(
    name="customers",
    table="known_customer",
    kind=Customer,
    of=(CustomerRegistered, CustomerUpdated),
    takes={"id": "customer"},
    again=(CustomerUpdated,),
)
PROJECTS = Copy(name="projects", table="known_project", kind=Project, of=(ProjectChanged,), again=(ProjectChanged,))
CARDS = Copy(
    name="cards",
    table="known_card",
    kind=Card,
    of=(CardIssued, CardRevoked),
    takes={
        "id": "card",
        "issued_at": lambda told: told.time,
        "kind": lambda told: getattr(told.event, "kind", None),
        "state": lambda told: getattr(told.event, "reason", IN_USE),
    },
    again=(CardIssued, CardRevoked),
)
