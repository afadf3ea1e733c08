"""The gateway's transaction."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.uow import Context
from typing_extensions import override

from device_gateway.storage.board import SqlBoard
from device_gateway.storage.door import Argon2Passwords, SqlBranches, SqlStaff
from device_gateway.storage.pins import SqlPins
from device_gateway.storage.reads import SqlReads
from device_gateway.usecases.ports import Item, UnitOfWork


class GatewayUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """One transaction with the gateway's repositories."""

    def __init__(self, connection: sa.Connection, context: Context) -> None:
        super().__init__(connection, context)
        self.branches = SqlBranches(connection)
        self.staff = SqlStaff(connection)
        self.passwords = Argon2Passwords()
        self.pins = SqlPins(connection)
        self.reads = SqlReads(self.statements)
        self.board = SqlBoard(self.statements)
        self.to_show: set[Item] = set()

    @override
    def gather(self) -> None:
        super().gather()
        self.board.write()
