"""What the gateway's centre tells: each fact made of the record that it is about."""

from __future__ import annotations

from qiantai.contracts import CHAIN
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged

from device_gateway.domain.door import Branch, Staff


def branch_changed(branch: Branch) -> BranchChanged:
    """Return a branch as it is now."""
    return BranchChanged(
        branch=CHAIN,
        code=branch.code,
        name_zh=branch.name_zh,
        name_en=branch.name_en,
        timezone=branch.timezone,
        currency=branch.currency,
        active=branch.active,
    )


def staff_changed(staff: Staff) -> StaffChanged:
    """Return an account as it is now."""
    return StaffChanged(
        branch=CHAIN,
        staff=staff.id,
        name=staff.name,
        roles=staff.roles,
        branches=staff.branches,
        active=staff.active,
        generation=staff.generation,
    )
