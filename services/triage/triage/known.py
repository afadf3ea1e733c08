"""What triage keeps of the other services, beside the appointment service's slips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.ids import Id
from qiantai.known import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Copy of the customer service's files."""

    id: Id
    name: str
    birthday: date | None
    referrer: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Copy of the billing service's projects."""

    code: str
    name_zh: str
    name_en: str
    major: bool
    project_class: str
    department: str
    rank: int
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
