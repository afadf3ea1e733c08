"""What the customer service keeps of the others: the names of projects, for the history."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.contracts.billing import ProjectChanged
from qiantai.known import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Copy of billing's catalogue: the names of projects."""

    code: str
    name_zh: str
    name_en: str


PROJECTS = Copy(name="projects", table="known_project", kind=Project, of=(ProjectChanged,), again=(ProjectChanged,))
