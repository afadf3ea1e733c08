"""Who can be booked, and where (A8)."""

from __future__ import annotations

from qiantai.both import Both
from qiantai.contracts.device_gateway import StaffChanged
from qiantai.staff import WORKS_HERE
from qiantai.told import Told

from appointment.domain.errors import ProviderNotHere, UnknownStaff
from appointment.usecases.ports import Provider, UnitOfWork


def know_provider(told: Told[StaffChanged], uow: UnitOfWork) -> None:
    """Keep who can be booked where."""
    event = told.event
    uow.providers.put(
        Provider(id=event.staff, name=event.name, roles=event.roles, active=event.active, branches=event.branches),
        told.version,
    )


def take_provider(provider: str, branch: str, uow: UnitOfWork) -> None:
    """Let nobody else book the provider until this transaction ends. Raises ProviderNotHere."""
    known = uow.providers.lock(provider)
    if known is None or not known.works_in(branch):
        raise ProviderNotHere(fields={"provider": WORKS_HERE})


def refuse_stranger(staff: str, branch: str, uow: UnitOfWork, *, field: str) -> None:
    """Raise UnknownStaff for somebody whom the gateway has not told of, or who does not work in the branch."""
    known = uow.providers.get(staff)
    if known is not None and not known.works_in(branch):
        raise UnknownStaff(fields={field: WORKS_HERE})
    if known is None:
        not_known = Both(
            "not known here; check the name, or try again in a moment", "这里没有这位员工，请核对名称，或稍后再试。"
        )
        raise UnknownStaff(fields={field: not_known})
