"""What the appointment service keeps of the others, beside who can be booked: providers have a key in the calendar."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.ids import Id
from qiantai.known import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Copy of the customer service's files: who can be booked for."""

    id: Id
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Copy of billing's catalogue: which projects are offered."""

    code: str
    active: bool


CUSTOMERS = Copy(
    name="customers",
    table="known_customer",
    kind=Customer,
    of=(CustomerRegistered, CustomerUpdated),
    takes={"id": "customer"},
    again=(CustomerUpdated,),
)
PROJECTS = Copy(name="projects", table="known_project", kind=Project, of=(ProjectChanged,), again=(ProjectChanged,))
