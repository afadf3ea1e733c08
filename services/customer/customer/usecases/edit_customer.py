"""Editing a file (C13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qiantai.both import Both
from qiantai.branches import country_at, today_in, zone_of
from qiantai.errors import Forbidden
from qiantai.permissions import may

from customer.domain.errors import FileChanged
from customer.domain.model import Customer, edit, phones_of
from customer.usecases import facts
from customer.usecases.open_file import open_file
from customer.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCustomer:
    """New values for some fields of a file that was loaded at `version`."""

    customer: str
    version: int
    values: Mapping[str, Any]


_UNSEEN = Both("who sees the whole numbers changes them", "能看到完整号码的人才可以修改。")


def edit_customer(command: EditCustomer, uow: UnitOfWork) -> Customer:
    """Change a file and tell the others; an edit that changes nothing tells nothing.

    Raises UnknownCustomer, FileElsewhere, FileChanged, PhoneNotPossible, PhoneKnown with the id of the file that has
    it, and Forbidden for the phones of who sees only their ends.
    """
    before = open_file(command.customer, uow, lock=True)
    values = dict(command.values)
    if "phones" in values:
        if not may(uow.actor, "customer.phone"):
            raise Forbidden(fields={"phones": _UNSEEN})
        phones = phones_of(values["phones"], country_at(zone_of(before.home_branch, uow)))
        values["phones"] = tuple(sorted(phones, key=lambda phone: (not phone.primary, phone.number)))
    if command.values.get("referrer") is not None:
        uow.customers.get(command.values["referrer"])
    try:
        after, change = edit(before, values, version=command.version, today=today_in(before.home_branch, uow))
    except FileChanged as refusal:
        if before.version > 1:
            by, at = uow.customers.last_change(before.id)
            refusal.facts |= {"by": by, "at": at.isoformat()}
        raise
    if change.fields:
        uow.customers.save(after, change, actor=uow.actor.id, at=uow.now)
        uow.outbox.append(facts.customer_updated(after), version=after.version)
    return after
