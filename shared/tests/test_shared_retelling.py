"""A rebuild is told in chunks, behind the live events, on after a kill, and to the asker alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from qiantai import clock, failpoints
from qiantai.actors import service_actor
from qiantai.contracts.billing import ProjectChanged
from qiantai.contracts.rebuild import RebuildRequested
from qiantai.retelling import CHUNK, Reteller, note_request
from qiantai.service import Projection, Service
from qiantai.storage.statements import Statements
from qiantai.storage.unit_of_work import SqlUnitOfWork, transaction
from qiantai.testing import example
from qiantai.uow import Context

THINGS = 3 * CHUNK + 7
ASKED = RebuildRequested(
    branch="chain", request="r1", publisher=example.TELLER, consumer="triage", types=(ProjectChanged.TYPE,)
)


@pytest.fixture
def engine(engines: dict[str, sa.Engine]) -> sa.Engine:
    engine = engines[example.TELLER]
    with engine.begin() as connection:
        numbers = sa.text(
            "INSERT INTO thing (code, note, version) SELECT 'p' || lpad(n::text, 6, '0'), '', 1"
            " FROM generate_series(1, :many) AS n"
        )
        connection.execute(numbers, {"many": THINGS})
    return engine


def ask(engine: sa.Engine, service: Service) -> None:
    context = Context(actor=service_actor(service.name), now=clock.now())
    with transaction(engine, SqlUnitOfWork, context) as uow:
        note_request(ASKED, service, uow)


def told(engine: sa.Engine) -> list[str]:
    with engine.begin() as connection:
        keys = connection.scalars(sa.text("SELECT routing_key FROM outbox ORDER BY id")).all()
    return list(keys)


def relay_all(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE outbox SET published_at = now() WHERE published_at IS NULL"))


def test_the_next_chunk_waits_for_the_relay(engine: sa.Engine) -> None:
    service = example.teller()
    ask(engine, service)
    ask(engine, service)  # the same message again
    reteller = Reteller(service, engine)
    assert reteller.tell_chunk()
    assert len(told(engine)) == CHUNK
    assert not reteller.tell_chunk()
    for chunks in (2, 3):
        relay_all(engine)
        assert reteller.tell_chunk()
        assert len(told(engine)) == chunks * CHUNK
    relay_all(engine)
    assert reteller.tell_chunk()
    relay_all(engine)
    assert not reteller.tell_chunk()
    keys = told(engine)
    assert len(keys) == THINGS
    assert {key.rsplit(".", 1)[0] for key in keys} == {"rebuild.triage.billing.project.changed"}


def test_after_a_kill_it_goes_on_where_it_was(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    service = example.teller()
    ask(engine, service)
    assert Reteller(service, engine).tell_chunk()
    relay_all(engine)
    with monkeypatch.context() as broken:
        broken.setattr(failpoints, "hit", _fail)
        with pytest.raises(failpoints.InjectedFault):
            Reteller(service, engine).tell_chunk()
    assert len(told(engine)) == CHUNK
    another = Reteller(service, engine)
    while another.tell_chunk():
        relay_all(engine)
    with engine.begin() as connection:
        codes = connection.scalars(
            sa.text("SELECT convert_from(body, 'UTF8')::json->'data'->>'code' FROM outbox")
        ).all()
    assert len(codes) == len(set(codes)) == THINGS


def _fail(name: str) -> None:
    raise failpoints.InjectedFault(name)


def test_of_two_replicas_one_tells_a_request(engine: sa.Engine) -> None:
    service = example.teller()
    ask(engine, service)
    first, second = Reteller(service, engine), Reteller(service, engine)
    tells: Callable[[], bool] = second.tell_chunk
    seen: list[bool] = []
    original = service.snapshots[ProjectChanged]

    def while_the_first_tells(uow: SqlUnitOfWork, after: object, limit: int) -> object:
        if not seen:
            seen.append(False)
            seen[0] = tells()
        return original(uow, after, limit)  # type: ignore[arg-type]

    first._snapshots = {ProjectChanged.TYPE: while_the_first_tells}  # type: ignore[dict-item]
    assert first.tell_chunk()
    assert seen == [False]
    assert len(told(engine)) == CHUNK


def test_a_whole_table_is_made_older_some_rows_at_a_time(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiantai.service._CHUNK", 400)
    copy = Projection(name="things", publisher="x", types=(), copy=example.thing)
    copy.make_older(engine)
    with engine.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM thing WHERE version <> 0")) == 0
        connection.execute(sa.text("UPDATE thing SET version = 3"))
    Projection(
        name="one", publisher="x", types=(), copy=example.thing, only=example.thing.c.code == "p000007"
    ).make_older(engine)
    with engine.begin() as connection:
        assert connection.scalars(sa.text("SELECT code FROM thing WHERE version = 0")).all() == ["p000007"]


def test_more_rows_than_one_statement_takes_are_written_in_several(engine: sa.Engine) -> None:
    """What the protocol counts in 16 bits is the parameters; beyond them a statement fails without a word."""
    rows = [{"code": f"f{n}", "version": n} for n in range(40_000)]
    with engine.begin() as connection:
        statements = Statements(connection)
        statements.insert_later("fact", rows)
        statements.send()
        assert connection.scalar(sa.text("SELECT count(*) FROM fact")) == len(rows)
