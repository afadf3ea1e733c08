"""The journal over HTTP."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from qiantai.web.fields import BranchCode, Day
from qiantai.web.routes import Routes
from qiantai.web.views import Shown, list_of, view_of

from billing.usecases.ports import Balance, UnitOfWork

routes = Routes("journal", about="Balances of the double-entry journal")


class BalanceQuery(ma.Schema):
    """One branch, or all that the caller works in; one business day, or all."""

    branch = BranchCode(load_default=None)
    day = Day(load_default=None)


BalanceView = view_of(
    Balance,
    without=("account",),
    more={"account_kind": str, "account_key": str},
    about="The sum of an account's postings; debit positive. All of them sum to zero in every currency.",
)


@routes.read("/journal/balance", may="charge.read", query=BalanceQuery, returns=list_of(BalanceView))
def balance(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the sum of every account in one branch, or in all that the caller works in."""
    return {"items": [_shown(one) for one in uow.journal.balances(query["branch"], query["day"])]}


def _shown(one: Balance) -> Shown:
    return Shown(one, account_kind=one.account.kind, account_key=one.account.key)
