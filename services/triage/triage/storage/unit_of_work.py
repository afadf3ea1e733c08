"""The triage service's transaction."""

from __future__ import annotations

from typing import Self

import sqlalchemy as sa
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.uow import Context
from typing_extensions import override

from triage.storage.alerts import SqlAlerts
from triage.storage.days import SqlDays
from triage.storage.known import SqlAppointments, SqlCustomers
from triage.storage.policies import SqlPolicies
from triage.storage.roster import SqlRoster
from triage.storage.shifts import SqlAttendance, SqlShifts
from triage.storage.stages import SqlForms, SqlPassages, SqlStandInNotes
from triage.storage.visits import SqlVisits
from triage.usecases.ports import UnitOfWork


class TriageUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """One transaction with the service's repositories."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        super().__init__(connection, context)
        self.days = SqlDays(self.statements, actor=context.actor.id, now=context.now)
        self.visits = SqlVisits(self.statements, context.actor.scope)
        self.customers = SqlCustomers(self.statements)
        self.appointments = SqlAppointments(connection)
        self.roster = SqlRoster(connection)
        self.passages = SqlPassages(self.statements)
        self.forms = SqlForms(self.statements)
        self.stand_in_notes = SqlStandInNotes(self.statements, context.actor.scope)
        self.alerts = SqlAlerts(self.statements, context.actor.scope)
        self.policies = SqlPolicies(connection)
        self.shifts = SqlShifts(self.statements)
        self.attendance = SqlAttendance(self.statements)

    @override
    def follow(self, earlier: Self) -> None:
        """Go on from the branch days as they are there."""
        super().follow(earlier)
        self.days.follow(earlier.days)
        self.customers.follow(earlier.customers)

    @override
    def gather(self) -> None:
        """Visits and ledger, then the outbox."""
        self.visits.write()
        self.days.write()
        super().gather()
