"""Who does something, and where they may do it."""

from __future__ import annotations

from dataclasses import dataclass, field

from qiantai.both import Both
from qiantai.errors import Forbidden

EVERYWHERE = "*"
_NOT_THERE = Both("you do not work in {branch}", "您不在门店 {branch} 任职。")


class OtherBranch(Forbidden):
    """This belongs to a branch that you do not work in."""

    zh = "这属于您不任职的门店。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A signed-in person or a service; `branches` holds branch codes or "*"."""

    id: str
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    branches: frozenset[str] = field(default_factory=frozenset)

    @property
    def scope(self) -> list[str] | None:
        """Branch codes for a query, None for every branch."""
        return None if EVERYWHERE in self.branches else sorted(self.branches)

    def works_in(self, branch: str) -> bool:
        """Say whether the actor works in `branch`."""
        return self.scope is None or branch in self.branches

    def must_work_in(self, branch: str) -> None:
        """Raise OtherBranch unless the actor works in `branch`."""
        if not self.works_in(branch):
            raise OtherBranch(fields={"branch": _NOT_THERE.format(branch=branch)}, facts={"branch": branch})


def service_actor(name: str) -> Actor:
    """Return the actor of a service's own work: messages and jobs."""
    return Actor(id=f"service:{name}", name=name, roles=frozenset({"service"}), branches=frozenset({EVERYWHERE}))
