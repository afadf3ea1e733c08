"""What the follow-up service keeps of the others."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.triage import OwnerChanged
from qiantai.ids import Id
from qiantai.known import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Copy of the customer service's files: whom plans are about."""

    id: Id
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Copy of triage's: who is responsible for a customer."""

    customer: Id
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Copy of billing's catalogue: the classes of projects."""

    code: str
    project_class: str


CUSTOMERS = Copy(
    name="customers",
    table="known_customer",
    kind=Customer,
    of=(CustomerRegistered, CustomerUpdated),
    takes={"id": "customer"},
    again=(CustomerUpdated,),
)
OWNERS = Copy(name="owners", table="known_owner", kind=Owner, of=(OwnerChanged,), again=(OwnerChanged,))
PROJECTS = Copy(name="projects", table="known_project", kind=Project, of=(ProjectChanged,), again=(ProjectChanged,))
