"""The billing service's transaction."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.uow import Context

from billing.storage.catalogue import SqlProducts, SqlProjects
from billing.storage.charges import SqlCharges
from billing.storage.items import SqlItems
from billing.storage.journal import SqlJournal
from billing.usecases.ports import UnitOfWork


class BillingUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """One transaction with the service's repositories, each bound to the actor's branches."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        super().__init__(connection, context)
        scope = context.actor.scope
        self.projects = SqlProjects(connection)
        self.products = SqlProducts(connection, scope)
        self.charges = SqlCharges(connection, scope)
        self.items = SqlItems(connection, scope)
        self.journal = SqlJournal(connection, scope)
