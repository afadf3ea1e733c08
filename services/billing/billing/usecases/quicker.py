"""Who was quicker: what happened to a slip or an item since somebody looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from qiantai.both import Both
from qiantai.errors import Refusal
from qiantai.staff import STAFF

from billing.domain.errors import ChargeNotOpen, ChargeNotPayable, MoreThanDue, NothingLeft
from billing.domain.journal import CHARGE_VOIDED, PAYMENT_RECEIVED
from billing.usecases.ports import UnitOfWork

_WORDS = {
    PAYMENT_RECEIVED: Both("{who} has taken a payment for it.", "{who}已对此单收款。"),
    CHARGE_VOIDED: Both("{who} has voided it.", "{who}已将此单作废。"),
}
_USED = Both("{who} has used the last session.", "{who}已核销最后一次。")


@contextmanager
def who_took(charge: str, uow: UnitOfWork) -> Iterator[None]:
    """Let a refusal of a slip's state say what happened to the slip, when, and by whom."""
    try:
        yield
    except (ChargeNotOpen, ChargeNotPayable, MoreThanDue) as refusal:
        last = uow.journal.last_of(charge)
        if last.what in _WORDS:
            _say(refusal, _WORDS[last.what], last.actor, last.at, uow)
            refusal.facts["what"] = last.what
        raise


@contextmanager
def who_used(item: str, uow: UnitOfWork) -> Iterator[None]:
    """Let the refusal of an item that is used up say who has used its last session, and when."""
    try:
        yield
    except NothingLeft as refusal:
        last = uow.items.uses_of(item)[-1]
        _say(refusal, _USED, last.used_by, last.used_at, uow)
        raise


def _say(refusal: Refusal, words: Both, by: str, at: datetime, uow: UnitOfWork) -> None:
    known = uow.known.get(STAFF, by)
    refusal.detail = words.format(who=known.name if known else by)
    refusal.facts = {**refusal.facts, "by": by, "at": at.isoformat()}
