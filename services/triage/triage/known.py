"""What triage keeps of the other services, beside the appointment service's slips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.customer import CustomerRegistered, CustomerUpdated
from qiantai.contracts.device_gateway import StaffChanged
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Copy of the gateway's staff: whose account is open, and where they work."""

    id: str
    branches: tuple[str, ...]
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
STAFF = Copy(
    name="staff", table="known_staff", kind=Staff, of=(StaffChanged,), takes={"id": "staff"}, again=(StaffChanged,)
)
