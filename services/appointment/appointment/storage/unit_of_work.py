"""The appointment service's transaction."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.uow import Context

from appointment.storage.appointments import SqlAppointments
from appointment.storage.arrivals import SqlArrivals
from appointment.storage.providers import SqlProviders
from appointment.usecases.ports import UnitOfWork


class AppointmentUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """One transaction with the service's repositories."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        super().__init__(connection, context)
        self.appointments = SqlAppointments(self.statements, context)
        self.arrivals = SqlArrivals(self.statements, context)
        self.providers = SqlProviders(connection)
