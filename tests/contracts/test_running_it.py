"""What whoever runs it does: backup and restore, connections that fit, secrets that do not show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import sqlalchemy as sa
from embedded import backup, setup
from embedded.client import Desk, Refused
from embedded.connections import Fit, TooFewConnections, fit
from embedded.demo import MARK, _load_appointment
from embedded.services import all_services
from embedded.stage import Stage
from psycopg import sql
from qiantai.actors import service_actor
from qiantai.clock import now
from qiantai.ids import new_id
from qiantai.inbox.processor import DONE, Processor
from qiantai.messaging.local import LocalBus, LocalSubscriber
from qiantai.outbox.relay import Outgoing, Relay
from qiantai.outbox.source import OutboxSource
from qiantai.services import API_PREFIXES, broker_setting_of, role_of, setting_of
from qiantai.storage.engine import engine_for
from qiantai.storage.roles import ensure_database, url_with
from qiantai.storage.unit_of_work import SqlUnitOfWork, transaction
from qiantai.testing.databases import Databases
from qiantai.testing.example import changed
from qiantai.uow import Context
from typing_extensions import override

ROOT = Path(__file__).parents[2]
PASSWORD = "drill"


@pytest.fixture
def places(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Two databases of an administrator without superuser; roles with names of their own, passwords as given."""
    admin = f"drill_{new_id().replace('-', '')}"
    made = []
    with psycopg.connect(databases.admin_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {admin} LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}'".encode())
        for part in ("a", "b"):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(*map(sql.Identifier, (admin + part, admin)))
            )
            made.append(url_with(databases.admin_url, user=admin, password=PASSWORD, database=admin + part))
    for name in API_PREFIXES:
        monkeypatch.setenv(setting_of(name), own(made[0], name))
    yield made[0], made[1]
    with psycopg.connect(databases.admin_url, autocommit=True) as connection:
        for url in made:
            name = sql.Identifier(urlsplit(url).path[1:])
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        for name in API_PREFIXES:
            for role in (f"drill_{role_of(name)}", f"drill_{role_of(name)}_owner"):
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(admin)))


def own(url: str, name: str) -> str:
    return url_with(url, user=f"drill_{role_of(name)}", password=PASSWORD)


def _tell(url: str, code: str) -> None:
    engine = engine_for(own(url, "billing"), pool=1)
    with transaction(engine, SqlUnitOfWork, Context(actor=service_actor("billing"), now=now())) as uow:
        uow.outbox.append(changed(code, 1), version=1)
    engine.dispose()


def _processor(url: str, name: str) -> tuple[Processor, sa.Engine]:
    [service] = [one for one in all_services() if one.name == name]
    engine = engine_for(own(url, name), pool=2)
    return Processor(service, engine), engine


def _one(url: str, query: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return 0 if row is None else int(row[0])


def test_a_backup_restores_and_what_was_in_queues_is_told_again_once(places: tuple[str, str], tmp_path: Path) -> None:
    lived, fresh = places
    setup.migrate(tmp_path, lived, None, say=lambda _text: None)
    for code in ("done", "queued"):
        _tell(lived, code)
    with psycopg.connect(lived) as connection:  # both were published; one was taken, the other is in a queue
        connection.execute("UPDATE billing.outbox SET published_at = now()")
        row = connection.execute("SELECT id, message_id, routing_key, body FROM billing.outbox ORDER BY id").fetchone()
    assert row is not None
    taken = Outgoing(*row)
    triage, engine = _processor(lived, "triage")
    assert triage.process([taken.body]) == [DONE]
    engine.dispose()

    file = tmp_path / "all.backup"
    backup.back_up(lived, tmp_path, file)
    assert file.stat().st_mode & 0o077 == 0
    with psycopg.connect(lived, autocommit=True) as connection:  # the disaster
        for name in API_PREFIXES:
            connection.execute(f"DROP SCHEMA {role_of(name)} CASCADE".encode())
    with psycopg.connect(fresh, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(urlsplit(lived).path[1:])))

    with backup.unpacked(file) as place:
        again = backup.restore(fresh, tmp_path / "new", place, setup.given_passwords())
        assert again == 2
        assert (tmp_path / "new" / MARK).exists(), "or a run would load the demo chain into it"
        with pytest.raises(backup.NotRestored, match="has schemas already"):
            backup.restore(fresh, tmp_path / "new", place, setup.given_passwords())

    triage, engine = _processor(fresh, "triage")
    relay = Relay(OutboxSource(own(fresh, "billing"), "billing"), LocalBus([LocalSubscriber(triage, engine)]))
    relay._step()
    relay._end()
    assert _one(own(fresh, "triage"), "SELECT count(*) FROM known_project") == 2, "the one that was in a queue too"
    assert _one(own(fresh, "triage"), "SELECT count(*) FROM inbox") == 2, "and the other once"
    engine.dispose()
    with psycopg.connect(own(fresh, "billing")) as service, pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
    setup.migrate(tmp_path, fresh, None, say=lambda _text: None)


def test_pools_fit_the_server_or_it_is_said_how_many_connections_are_missing(databases: Databases) -> None:
    two = Fit(processes=19, fixed=30, room=97)
    assert two.settings == {"QIANTAI_POOL": "3", "QIANTAI_POOL_SPARE": "0"}
    assert two.fixed + two.processes * 3 <= two.room, "WEB=2 WORKERS=2 on max_connections=100"
    assert Fit(processes=19, fixed=30, room=1000).settings == {}
    with pytest.raises(TooFewConnections, match="at least 74 database connections, and 60 are to be had"):
        _ = Fit(processes=19, fixed=30, room=60).settings
    found = fit(ensure_database(databases.admin_url, "postgres"), web=2, workers=2)
    assert (found.processes, found.fixed) == (19, 30)
    assert 20 < found.room < 200


def test_a_service_finds_its_own_urls_and_nobody_elses(tmp_path: Path) -> None:
    secret = {setting_of(name): f"postgresql://{name}:db-{name}@h/q" for name in API_PREFIXES}
    secret |= {broker_setting_of(name): f"amqp://{name}:mq-{name}@h/" for name in API_PREFIXES if name != "triage"}
    secret |= {
        "QIANTAI_BROKER": "amqp://all:shared@h/",
        "QIANTAI_BROKER_EDGES": "amqp://edge-sh-01:mq-sh@h/ amqp://edge-main:mq-main@h/",
        "QIANTAI_MANAGEMENT": "http://all:shared@h:15672",
        "DATABASE": "postgresql://admin:admin@h/q",
        "BROKER": "amqp://all:shared@h/",
        "PGPASSWORD": "admin",
        "QIANTAI_ADMIN_PASSWORD": "admin",
        "QIANTAI_SIGNING_KEY": "/signing.jwk",
    }
    stage = Stage(tmp_path, {**secret, "QIANTAI_ISSUER": "q"}, "admin")
    for name in API_PREFIXES:
        found = stage.of(name)
        assert found.pop("QIANTAI_ISSUER") == "q"
        assert (found.pop("QIANTAI_SIGNING_KEY", None) is not None) is (name == "device-gateway")
        broker = "QIANTAI_BROKER" if name == "triage" else broker_setting_of(name)
        assert found == {one: secret[one] for one in (setting_of(name), broker)}
    assert stage.of_edge() == {"QIANTAI_ISSUER": "q", "QIANTAI_BROKER": "amqp://edge-main:mq-main@h/"}


@pytest.mark.parametrize("command", [["-m", "embedded.cli", "migrate", "--database"], ["make"]])
def test_a_password_on_the_command_line_is_refused(command: list[str]) -> None:
    url = "postgresql://qiantai:secret@127.0.0.1:1/none"
    words = [sys.executable, *command, url] if command != ["make"] else ["make", "-n", "run", f"DATABASE={url}"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode != 0
    assert "shows in ps" in done.stdout + done.stderr


def test_the_table_of_copies_is_what_services_can_have_told_again() -> None:
    text = (
        (ROOT / "docs/operations.md")
        .read_text(encoding="utf-8")
        .split("## Copies of others' data")[1]
        .split("\n## ")[0]
    )
    written = {
        name: set(re.findall(r"`(\w+)`", copies))
        for name, copies in re.findall(r"^\| (\S+) \| (`.*) \|$", text, re.MULTILINE)
    }
    assert written == {service.name: set(service.rebuilds) for service in all_services()}


class _Refusing(Desk):
    """A desk that hears the same refusal each time."""

    def __init__(self, problem: str) -> None:
        super().__init__("http://127.0.0.1:1")
        self.refusal = Refused("POST", "/", 422, {"type": f"urn:qiantai:problem:{problem}"})
        self.asked = 0

    @override
    def post(self, path: str, body: object = None, *, key: str | None = None) -> Any:
        self.asked += 1
        raise self.refusal


def test_a_demo_load_that_was_cut_off_takes_the_appointments_as_they_were_booked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    booked = _Refusing("idempotency-key-reused")
    _load_appointment(booked, 1, {})
    assert booked.asked == 1
    monkeypatch.setattr("embedded.client._PATIENCE_SECONDS", 0.2)
    unknown = _Refusing("unknown-customer")
    with pytest.raises(Refused):
        _load_appointment(unknown, 1, {})
    assert unknown.asked > 1
