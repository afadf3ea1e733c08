"""The follow-up service's transaction."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.uow import Context

from followup.storage.plans import SqlPlans
from followup.storage.templates import SqlFacts, SqlTemplates
from followup.usecases.ports import UnitOfWork


class FollowupUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """One transaction with the service's repositories."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        super().__init__(connection, context)
        self.plans = SqlPlans(connection, context)
        self.templates = SqlTemplates(connection)
        self.facts = SqlFacts(connection, context)
