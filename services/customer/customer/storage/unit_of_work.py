"""The customer service's transaction."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.uow import Context

from customer.storage.cards import SqlCards
from customer.storage.customers import SqlCustomers
from customer.storage.looks import SqlLooks
from customer.storage.timeline import SqlTimeline
from customer.usecases.ports import UnitOfWork


class CustomerUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """One transaction with the service's repositories."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        super().__init__(connection, context)
        self.customers = SqlCustomers(self.statements)
        self.cards = SqlCards(connection)
        self.timeline = SqlTimeline(self.statements)
        self.looks = SqlLooks(self.statements, context)
