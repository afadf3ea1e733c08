"""The catalogue on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import sqlalchemy as sa
from qiantai.codes import refuse_twin
from qiantai.storage.locks import hold
from qiantai.storage.scope import in_scope
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from billing.domain.catalogue import CHAIN, Price, Product, Project
from billing.storage import tables as t
from billing.usecases.ports import Products, Projects


class SqlProjects(Projects):
    """Projects by code."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @override
    def lock(self, code: str) -> Project | None:
        hold(self._connection, f"project {code.lower()}")
        found = self.get([code]).get(code)
        if found is None:
            _refuse_twin(self._connection, t.project, code)
        return found

    @override
    def get(self, codes: Sequence[str]) -> Mapping[str, Project]:
        rows = self._connection.execute(sa.select(t.project).where(t.project.c.code.in_(codes))).mappings()
        return {row["code"]: Project(**row) for row in rows}

    @override
    def save(self, project: Project) -> None:
        _save(self._connection, t.project, asdict(project))

    @override
    def find(self, *, active: bool | None = None, after: str | None = None, limit: int = 50) -> Sequence[Project]:
        query = sa.select(t.project).order_by(t.project.c.code).limit(limit)
        if active is not None:
            query = query.where(t.project.c.active == active)
        if after is not None:
            query = query.where(t.project.c.code > after)
        return [Project(**row) for row in self._connection.execute(query).mappings()]


class SqlProducts(Products):
    """Products by code, with their prices; prices are seen in the actor's branches and the chain."""

    def __init__(self, connection: sa.Connection, scope: list[str] | None) -> None:
        self._connection = connection
        self._scope = scope

    @override
    def lock(self, code: str) -> Product | None:
        hold(self._connection, f"product {code.lower()}")
        found = self.get([code]).get(code)
        if found is None:
            _refuse_twin(self._connection, t.product, code)
        return found

    @override
    def get(self, codes: Sequence[str]) -> Mapping[str, Product]:
        rows = self._connection.execute(sa.select(t.product).where(t.product.c.code.in_(codes))).mappings()
        return {row["code"]: Product(**row) for row in rows}

    @override
    def save(self, product: Product) -> None:
        _save(self._connection, t.product, asdict(product))

    @override
    def find(
        self, *, q: str | None = None, active: bool | None = None, after: str | None = None, limit: int = 50
    ) -> Sequence[Product]:
        columns = t.product.c
        query = sa.select(t.product).order_by(columns.code).limit(limit)
        if q is not None:
            names = (columns.code, columns.name_zh, columns.name_en)
            query = query.where(sa.or_(*(name.icontains(q, autoescape=True) for name in names)))
        if active is not None:
            query = query.where(columns.active == active)
        if after is not None:
            query = query.where(columns.code > after)
        return [Product(**row) for row in self._connection.execute(query).mappings()]

    @override
    def prices(self, products: Sequence[str], *, branch: str) -> Mapping[str, Sequence[Price]]:
        query = sa.select(t.price).where(t.price.c.product.in_(products), t.price.c.branch.in_([branch, CHAIN]))
        found: dict[str, list[Price]] = {}
        for row in self._connection.execute(query).mappings():
            found.setdefault(row["product"], []).append(Price(**row))
        return found

    @override
    def price_lists(self, product: str) -> Sequence[Price]:
        columns = t.price.c
        seen = sa.or_(columns.branch == CHAIN, in_scope(columns.branch, self._scope))
        query = sa.select(t.price).where(columns.product == product, seen).order_by(columns.branch, columns.valid_from)
        return [Price(**row) for row in self._connection.execute(query).mappings()]

    @override
    def replace_prices(self, product: str, branch: str, prices: Sequence[Price]) -> None:
        self._connection.execute(sa.delete(t.price).where(t.price.c.product == product, t.price.c.branch == branch))
        if prices:
            self._connection.execute(sa.insert(t.price), [asdict(price) for price in prices])


def _save(connection: sa.Connection, table: sa.Table, values: dict[str, object]) -> None:
    statement = insert(table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["code"], set_=values))


def _refuse_twin(connection: sa.Connection, table: sa.Table, code: str) -> None:
    refuse_twin(code, connection.scalar(sa.select(table.c.code).where(sa.func.lower(table.c.code) == code.lower())))
