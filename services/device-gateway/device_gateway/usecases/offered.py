"""What somebody may do with an account, a branch, a scanner or a read now."""

from __future__ import annotations

from collections.abc import Iterator

from qiantai import permissions
from qiantai.actors import Actor

from device_gateway.domain import devices
from device_gateway.domain.door import Branch, Staff, check_gift
from device_gateway.domain.errors import GatewayError
from device_gateway.domain.reads import OPEN, Device, UnrecognisedRead


def offered_staff(account: Staff, actor: Actor) -> Iterator[str]:
    """Edit it and end its sessions: whoever may give all that it has."""
    if not permissions.may(actor, "staff.edit"):
        return
    try:
        check_gift(actor, account, account)
    except GatewayError:
        return
    yield from ("edit", "sign-out")


def offered_branch(branch: Branch, actor: Actor) -> Iterator[str]:
    """Edit it: whoever works there."""
    if permissions.may(actor, "branch.edit") and (actor.scope is None or branch.code in actor.scope):
        yield "edit"


def offered_device(device: Device, actor: Actor) -> Iterator[str]:
    """Test it, where it can be heard."""
    if permissions.may(actor, "device.test") and device.state in (devices.ONLINE, devices.FAULTY):
        yield "test"


def offered_read(read: UnrecognisedRead, actor: Actor) -> Iterator[str]:
    """Put an open one aside, or give its code to a customer."""
    if read.state != OPEN:
        return
    if permissions.may(actor, "scan.dismiss"):
        yield "dismiss"
    if permissions.may(actor, "card.issue"):
        yield "bind"
