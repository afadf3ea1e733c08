"""Who may do what: one table for all services, role -> actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qiantai.actors import Actor
from qiantai.errors import Forbidden

PUBLIC = "public"
"""Open to everybody: health, documentation, sign-in."""
SIGNED_IN = "signed_in"
"""Open to everybody who has signed in."""

_LOOK = frozenset(
    {
        "customer.read",
        "appointment.read",
        "visit.read",
        "roster.read",
        "charge.read",
        "catalogue.read",
        "item.read",
        "plan.read",
        "board.read",
        "staff.read",
        "device.read",
    }
)
_CALL = frozenset({"customer.phone", "customer.reveal"})
"""Of those who call people or find them by phone: files show whole numbers."""
_DESK = (
    _LOOK
    | _CALL
    | {
        "charge.print",
        "customer.register",
        "customer.edit",
        "card.issue",
        "card.revoke",
        "appointment.book",
        "appointment.change",
        "appointment.arrive",
        "visit.register",
        "visit.triage",
        "visit.void",
        "visit.stage",
        "status.set",
        "scan.read",
        "scan.dismiss",
        "device.test",
        "ledger.read",
        "policy.read",
        "attendance.note",
        "form.read",
        "form.registration",
        "alert.read",
    }
)
_CONSULTING = _LOOK | {
    "customer.reveal",
    "customer.register",
    "customer.edit",
    "appointment.book",
    "appointment.change",
    "visit.start",
    "visit.finish",
    "visit.void",
    "visit.stage",
    "status.set",
    "charge.open",
    "charge.print",
    "charge.void",
    "plan.draft",
    "plan.execute",
    "ledger.read",
    "policy.read",
    "attendance.note",
    "form.read",
    "form.consulting",
}
_CARE = _LOOK | {"customer.reveal", "visit.stage", "item.use", "plan.execute", "form.read", "form.medical"}
_TILL = _LOOK | {"charge.open", "charge.print", "charge.void", "payment.take", "item.use"}
_SUPERVISING = (
    _DESK
    | _CONSULTING
    | {
        "visit.reassign",
        "owner.move",
        "alert.handle",
        "roster.edit",
        "numbers.read",
        "plan.approve",
        "plan.review",
        "item.use",
    }
)
_HEAD = (
    _SUPERVISING
    | _TILL
    | {
        "catalogue.edit",
        "policy.edit",
        "template.edit",
        "staff.edit",
    }
)
_PARKED = frozenset({"parked.read", "parked.replay"})
_SYSTEM = _PARKED | {
    "roster.read",
    "catalogue.read",
    "board.read",
    "staff.read",
    "staff.edit",
    "device.read",
    "device.test",
}
"""No right to files, slips, visits, plans or money: keeping the system running needs none."""

ROLES: Mapping[str, frozenset[str]] = {
    "receptionist": _DESK,
    "consultant": _CONSULTING,
    "supervisor": _SUPERVISING,
    "online": _LOOK
    | _CALL
    | {"customer.register", "customer.edit", "appointment.book", "appointment.change", "plan.draft", "plan.execute"}
    | {"visit.start", "visit.finish", "visit.stage", "form.read", "form.consulting"},  # of visitors sent to them (T22)
    "nurse": _CARE,
    "doctor": _CARE | {"visit.start", "visit.finish"},
    "cashier": _TILL,
    "service_desk": _LOOK | _CALL | {"plan.draft", "plan.execute", "appointment.book", "appointment.change"},
    "branch_head": _HEAD,
    "head_office": _HEAD | _PARKED | {"branch.edit"},
    "it": _SYSTEM | {"branch.edit"},
    "screen": frozenset({"board.read"}),
}

ROLE_NAMES: Mapping[str, tuple[str, str]] = {
    "receptionist": ("前台导医", "receptionist"),
    "consultant": ("咨询医生", "consultant"),
    "supervisor": ("咨询主管", "supervisor"),
    "online": ("网电咨询", "online consultant"),
    "nurse": ("护士", "nurse"),
    "doctor": ("医生", "doctor"),
    "cashier": ("收银", "cashier"),
    "service_desk": ("客服回访", "follow-up desk"),
    "branch_head": ("店长", "branch head"),
    "head_office": ("总部", "head office"),
    "it": ("信息技术", "IT"),
    "screen": ("大屏", "wall screen"),
}
"""Chinese and English, for people."""

GIVES: Mapping[str, frozenset[str]] = {
    "head_office": frozenset(ROLES),
    "branch_head": frozenset(ROLES) - {"branch_head", "head_office", "it"},
    "it": frozenset({"screen"}),
}
"""Which roles may give and take which: head office all, the others what they hold themselves, and no peer's."""

SHOWN = frozenset({"customer.phone"})
"""No route of its own: what a view shows to whoever has it."""

ACTIONS = frozenset().union(*ROLES.values())


class ActionNotAllowed(Forbidden):
    """Your role does not allow this; ask a supervisor."""

    zh = "您的角色没有这项权限，请找主管。"


def may(actor: Actor, action: str) -> bool:
    """Say whether one of the actor's roles allows the action."""
    return action in (PUBLIC, SIGNED_IN) or any(action in ROLES.get(role, ()) for role in actor.roles)


def of(roles: Iterable[str]) -> tuple[str, ...]:
    """Return every action that one of the roles allows, by name."""
    return tuple(sorted(frozenset().union(*(ROLES.get(role, ()) for role in roles))))


def must(actor: Actor, action: str) -> None:
    """Raise ActionNotAllowed unless one of the actor's roles allows the action."""
    if not may(actor, action):
        raise ActionNotAllowed(facts={"action": action})
