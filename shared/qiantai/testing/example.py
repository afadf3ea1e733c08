"""Two tiny services on real contracts, for tests of the event path and of the web border.

`teller` (in billing's place) commits facts and tells each; `listener` (in
triage's place) records every effect, never deduplicating by itself, and
answers each with a fact of its own, whose effect the teller records. What a
fact's `department` says decides what goes wrong while it is handled.
"""

from __future__ import annotations

import collections
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import marshmallow as ma
import sqlalchemy as sa

from qiantai import clock
from qiantai.actors import service_actor
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.triage import VisitStageChanged
from qiantai.errors import Conflict, NotFound, NotKnownYet, Refusal, Stale
from qiantai.service import Chunk, Service, chunk_of
from qiantai.services import role_of
from qiantai.storage.chunks import next_chunk
from qiantai.storage.engine import engine_for
from qiantai.storage.roles import ensure_database, ensure_role, url_with
from qiantai.storage.tables import service_metadata
from qiantai.storage.unit_of_work import SqlUnitOfWork, transaction
from qiantai.subscriptions import Subscriptions
from qiantai.told import Told
from qiantai.uow import Context
from qiantai.web import fields
from qiantai.web.paging import PageQuery, cut, key_of, page_of, write_cursor
from qiantai.web.routes import Routes

TELLER, LISTENER = "billing", "triage"
BRANCH = "sh-01"
OK = "ok"
PASSWORD = "only-for-tests"  # noqa: S105
_tries: collections.Counter[str] = collections.Counter()

tells = service_metadata()
thing = sa.Table(
    "thing",
    tells,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
fact = sa.Table(
    "fact",
    tells,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
)
echo = sa.Table(
    "echo",
    tells,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

hears = service_metadata()
effect = sa.Table(
    "effect",
    hears,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
mended = sa.Table("mended", hears, sa.Column("name", sa.Text, primary_key=True))


class NoSuchThing(NotFound):
    """There is no thing with this code."""

    zh = "没有这个代码的东西。"


class ThingExists(Conflict):
    """A thing with this code is already there."""

    zh = "这个代码的东西已经有了。"


class Refused(Refusal):
    """The listener refuses this fact."""

    zh = "这件事没有被接受。"


class NeedsAPerson(Exception):
    """Somebody must look at this."""


def change_thing(uow: SqlUnitOfWork, code: str, department: str = OK, note: str = "") -> int:
    """Commit the next fact about a thing and tell it; returns the thing's new version."""
    uow.connection.execute(
        sa.text("INSERT INTO thing (code, note, version) VALUES (:code, '', 0) ON CONFLICT DO NOTHING"), {"code": code}
    )
    present = uow.connection.scalar(sa.text("SELECT version FROM thing WHERE code = :code FOR UPDATE"), {"code": code})
    version = 1 + int(present)
    uow.connection.execute(sa.update(thing).where(thing.c.code == code).values(version=version, note=note))
    uow.connection.execute(sa.insert(fact).values(code=code, version=version))
    uow.outbox.append(changed(code, version, department), version=version)
    return version


def changed(code: str, version: int, department: str = OK) -> ProjectChanged:
    """Return the event that tells a fact."""
    return ProjectChanged(
        branch=BRANCH,
        code=code,
        name_zh="项目",
        name_en="project",
        major=False,
        project_class="-",
        department=department,
        rank=version,
        minutes=1,
    )


def tell(engine: sa.Engine, code: str, department: str = OK) -> int:
    """Commit one fact in a transaction of its own; returns the thing's new version."""
    with transaction(engine, SqlUnitOfWork, Context(actor=service_actor(TELLER), now=clock.now())) as uow:
        return change_thing(uow, code, department)


def take(told: Told[ProjectChanged], uow: SqlUnitOfWork) -> None:
    """Record the effect and answer with a fact; or fail as the event says."""
    event = told.event
    uow.connection.execute(sa.insert(effect).values(message=told.id, code=event.code, version=told.version))
    answer = VisitStageChanged(
        branch=event.branch, visit=event.code, customer="-", stage="echoed", at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    uow.outbox.append(answer, version=told.version)
    _trouble(event, uow)


def _trouble(event: ProjectChanged, uow: SqlUnitOfWork) -> None:
    verb, _, times = event.department.partition(":")
    _tries[f"{event.code}:{event.rank}"] += 1
    if times and _tries[f"{event.code}:{event.rank}"] > int(times):
        return
    if verb == "refuse" or (verb == "unless" and not uow.connection.scalar(sa.select(sa.exists().select_from(mended)))):
        raise Refused
    if verb == "person":
        raise NeedsAPerson("看一下")
    if verb == "oserror":
        raise ConnectionResetError("a handler's own network trouble")
    if verb == "later":
        raise NotKnownYet("its own message has not arrived")
    if verb.startswith("state-"):
        uow.connection.execute(sa.text(f"DO $$ BEGIN RAISE 'as if' USING ERRCODE = '{verb[6:]}'; END $$"))
    if verb == "parameters":
        uow.connection.exec_driver_sql(f"SELECT {', '.join(['%s'] * 70_000)}", (1,) * 70_000)
    if verb == "sql":
        uow.connection.execute(sa.text("SELECT 1 / 0"))


def take_answer(told: Told[VisitStageChanged], uow: SqlUnitOfWork) -> None:
    """Record that the answer to a fact came back."""
    uow.connection.execute(sa.insert(echo).values(code=told.event.visit, version=told.version))


class ThingBody(fields.Body):
    """What is written about a thing."""

    note = fields.Text(50, required=True)


class ThingView(ma.Schema):
    """A thing."""

    code = fields.Text(60, required=True)
    note = fields.Text(50, required=True)
    version = fields.Whole(0, required=True)


routes = Routes("things", about="Things of the example")


@routes.write("POST", "/things/<code:code>", may="charge.open", body=ThingBody, returns=ThingView, status=201)
def make(uow: SqlUnitOfWork, code: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make a thing."""
    if uow.connection.scalar(sa.select(thing.c.code).where(thing.c.code == code)) is not None:
        raise ThingExists(facts={"code": code})
    return {"code": code, "note": body["note"], "version": change_thing(uow, code, note=body["note"])}


@routes.write("POST", "/things/<code:code>/facts", may="payment.take", returns=ThingView, key=True)
def add(uow: SqlUnitOfWork, code: str) -> dict[str, Any]:
    """Add a fact; needs an Idempotency-Key."""
    return {"code": code, "note": "-", "version": change_thing(uow, code, note="-")}


@routes.write("PATCH", "/things/<code:code>", may="charge.open", body=ThingBody, returns=ThingView, edits=True)
def edit(uow: SqlUnitOfWork, code: str, body: dict[str, Any], version: int) -> dict[str, Any]:
    """Change a thing's note."""
    found = uow.connection.scalar(sa.select(thing.c.version).where(thing.c.code == code).with_for_update())
    if found is None:
        raise NoSuchThing
    if found != version:
        raise Stale
    uow.note(note=body["note"])
    return {"code": code, "note": body["note"], "version": change_thing(uow, code, note=body["note"])}


@routes.read("/things/<code:code>", may="charge.read", returns=ThingView)
def one(uow: SqlUnitOfWork, code: str) -> dict[str, Any]:
    """Return a thing."""
    row = uow.connection.execute(sa.select(thing).where(thing.c.code == code)).mappings().one_or_none()
    if row is None:
        raise NoSuchThing
    return dict(row)


@routes.read("/things", may="charge.read", query=PageQuery, returns=page_of(ThingView))
def listed(uow: SqlUnitOfWork, query: dict[str, Any]) -> Any:  # noqa: ANN401 - a page
    """Return the things by code."""
    select = sa.select(thing).order_by(thing.c.code).limit(query["limit"] + 1)
    after = key_of(query)
    if after is not None:
        select = select.where(thing.c.code > after)
    rows = uow.connection.execute(select).mappings().all()
    return cut(rows, query["limit"], lambda row: write_cursor(row["code"]))


def _present(uow: SqlUnitOfWork, after: Sequence[str] | None, limit: int) -> Chunk:
    rows = next_chunk(uow.connection, sa.select(thing), [thing.c.code], after, limit)
    return chunk_of(
        rows, limit, tell=lambda row: (changed(row.code, row.version), row.version), place=lambda row: (row.code,)
    )


def teller() -> Service:
    """Return the service that tells facts and hears the answers."""
    subscriptions = Subscriptions(TELLER)
    subscriptions.on(VisitStageChanged, take_answer)
    return Service(
        name=TELLER,
        metadata=tells,
        migrations=Path(__file__).parent,
        unit_of_work=SqlUnitOfWork,
        subscriptions=subscriptions,
        routes=(routes,),
        snapshots={ProjectChanged: _present},
    )


def listener() -> Service:
    """Return the service that hears facts and answers them."""
    subscriptions = Subscriptions(LISTENER)
    subscriptions.on(ProjectChanged, take, park_on=(NeedsAPerson,))
    return Service(
        name=LISTENER,
        metadata=hears,
        migrations=Path(__file__).parent,
        unit_of_work=SqlUnitOfWork,
        subscriptions=subscriptions,
        routes=(),
    )


def prepare(admin_url: str, database: str) -> dict[str, str]:
    """Make a database with both services' schemas and tables; returns each service's URL."""
    url = ensure_database(admin_url, database)
    urls = {}
    for service in (teller(), listener()):
        make_tables(service, ensure_role(url, service.name, PASSWORD))
        urls[service.name] = url_with(url, user=role_of(service.name), password=PASSWORD)
    return urls


def make_tables(service: Service, url: str) -> None:
    """Make a service's tables; the example has no migrations."""
    engine = engine_for(url, pool=1)
    service.metadata.create_all(engine)
    engine.dispose()
