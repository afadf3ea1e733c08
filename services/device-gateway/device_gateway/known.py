"""What the gateway keeps of the other services, beside the facts of the flow board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CardIssued, CustomerRegistered, CustomerUpdated
from qiantai.known import Copy


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
    """Whose a number is, from customer.card.issued; only to close unrecognised reads."""

    id: str
    number: str
    customer: str
    issued_at: datetime


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
    of=(CardIssued,),
    takes={"id": "card", "issued_at": lambda told: told.time},
    again=(CardIssued,),
)
