"""Staff as other services know them: who works where, and as what."""

from __future__ import annotations

from dataclasses import dataclass

from qiantai.both import Both
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.errors import Refusal
from qiantai.known import Copy, HasKnown
from qiantai.permissions import ROLE_NAMES

WORKS_HERE = Both("choose somebody who works in this branch", "请选择在本门店任职的员工。")
_WORKS_AS = Both("choose somebody who works in this branch as {role}", "请选择在本门店任职、角色为 {role} 的员工。")


class NotOfTheStaff(Refusal):
    """Nobody who works in this branch has this name."""

    zh = "本门店没有这位员工。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Copy of the gateway's staff."""

    id: str
    name: str
    roles: tuple[str, ...]
    branches: tuple[str, ...]
    active: bool

    def works_in(self, branch: str) -> bool:
        """Say whether this person works in `branch`."""
        return self.active and bool({branch, "*"} & set(self.branches))


STAFF = Copy(
    name="staff", table="known_staff", kind=Staff, of=(StaffChanged,), takes={"id": "staff"}, again=(StaffChanged,)
)


def refuse_stranger(staff: str | None, branch: str, uow: HasKnown, *, field: str, role: str | None = None) -> None:
    """Refuse somebody who is not known to work in a branch, as `role` where given; None is nobody.

    Raises NotOfTheStaff.
    """
    if staff is None:
        return
    known = uow.known.get(STAFF, staff)
    if known is None or not known.works_in(branch):
        raise NotOfTheStaff(fields={field: WORKS_HERE})
    if role is not None and role not in known.roles:
        raise NotOfTheStaff(fields={field: _WORKS_AS.format(role=Both(role, ROLE_NAMES[role][0]))})
