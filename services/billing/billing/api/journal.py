"""The journal over HTTP."""

from __future__ import annotations

from typing import Any

from qiantai.web.routes import Routes

from billing.api import schemas
from billing.usecases.ports import UnitOfWork

routes = Routes("journal", about="Balances of the double-entry journal")


@routes.read("/journal/balance", may="charge.read", query=schemas.BalanceQuery, returns=schemas.BalancesView)
def balance(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return the sum of every account in one branch, or in all that the caller works in."""
    return {"items": uow.journal.balances(query["branch"])}
