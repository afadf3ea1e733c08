"""Branches and staff that tests tell of, as the gateway does."""

from __future__ import annotations

from qiantai.contracts import CHAIN
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.inbox.processor import DONE
from qiantai.testing.service import ServiceUnderTest


def tell_branch(
    under_test: ServiceUnderTest,
    code: str,
    *,
    timezone: str = "Asia/Shanghai",
    currency: str = "CNY",
    active: bool = True,
) -> None:
    """Let the gateway tell of a branch as it is now."""
    told = BranchChanged(
        branch=CHAIN, code=code, name_zh=code, name_en=code, timezone=timezone, currency=currency, active=active
    )
    assert under_test.deliver(told) == DONE


def tell_staff(under_test: ServiceUnderTest, staff: str, *roles: str, branches: tuple[str, ...] = ("*",)) -> None:
    """Let the gateway tell of somebody as they are now."""
    told = StaffChanged(branch=CHAIN, staff=staff, name=staff, roles=roles or ("consultant",), branches=branches)
    assert under_test.deliver(told) == DONE
