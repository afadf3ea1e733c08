"""Migrations: by an administrator of a managed server, beside those who work, and with a way back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.storage.engine import engine_for
from qiantai.storage.migrations import SchemaTooNew, upgrade, write_revision
from qiantai.storage.roles import RoleTaken, ensure_database, ensure_role, refuse_roles_of_others, url_with
from qiantai.testing import example
from qiantai.testing.databases import Databases

ROLE = "managed_billing"
_NEXT = '''"""A later step."""

from alembic import op

revision = "{number}"
down_revision = "{before}"
branch_labels = None
depends_on = None
{more}

def upgrade() -> None:
    """Apply this step."""
    op.execute("{change}")
'''


@pytest.fixture
def managed(databases: Databases) -> Iterator[str]:
    """URL of a database whose administrator makes roles and is no superuser."""
    name = f"managed_{new_id().replace('-', '')}"
    with psycopg.connect(databases.admin_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS managed_admin")
        connection.execute("CREATE ROLE managed_admin LOGIN CREATEROLE CREATEDB NOSUPERUSER PASSWORD 'managed'")
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER managed_admin").format(sql.Identifier(name)))
    yield url_with(databases.admin_url, user="managed_admin", password="managed", database=name)
    with psycopg.connect(databases.admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in (ROLE, f"{ROLE}_owner", "managed_admin"):
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


@pytest.fixture
def service(databases: Databases, tmp_path: Path) -> Service:
    """The example with a migration of its own."""
    made = dataclasses.replace(example.teller(), migrations=tmp_path / "migrations")
    url = ensure_database(databases.admin_url, f"w_{new_id().replace('-', '')}")
    assert write_revision(made, ensure_role(url, made.name, "only-for-tests"), "tables") is not None
    databases.drop(url)
    return made


def released(service: Service, folder: Path, change: str, more: str = "") -> Service:
    """Return the service as a release with one more step has it."""
    folder.mkdir()
    steps = sorted(service.migrations.glob("*.py"))
    for step in steps:
        (folder / step.name).write_text(step.read_text())
    number = f"{len(steps) + 1:04d}"
    text = _NEXT.format(number=number, before=f"{len(steps):04d}", change=change, more=more)
    (folder / f"{number}_later.py").write_text(text)
    return dataclasses.replace(service, migrations=folder)


def test_an_administrator_without_superuser_migrates_again_and_again(
    managed: str, service: Service, tmp_path: Path
) -> None:
    for password in ("one", "two"):
        assert upgrade(service, ensure_role(managed, service.name, password, role=ROLE)) == "0001"
    later = released(service, tmp_path / "later", "ALTER TABLE outbox ADD COLUMN more int")
    assert upgrade(later, ensure_role(managed, service.name, "two", role=ROLE)) == "0002"
    with psycopg.connect(url_with(managed, user=ROLE, password="two")) as own:
        assert own.execute("SELECT count(more) FROM outbox").fetchone() == (0,)


def test_a_service_changes_no_table_and_no_guard(managed: str, service: Service) -> None:
    upgrade(service, ensure_role(managed, service.name, "x", role=ROLE))
    with psycopg.connect(url_with(managed, user=ROLE, password="x"), autocommit=True) as own:
        for change in (
            "ALTER TABLE audit DISABLE TRIGGER ALL",
            "DROP TABLE audit",
            "CREATE TABLE mine (id int)",
            f"SET ROLE {ROLE}_owner",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(change.encode())


def test_tables_of_an_installation_that_had_no_owner_move_while_its_service_works(
    managed: str, service: Service
) -> None:
    own_url = url_with(managed, user=ROLE, password="x")
    with psycopg.connect(managed, autocommit=True) as before:
        before.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'x'".encode())
        before.execute(f"GRANT {ROLE} TO CURRENT_USER".encode())
        before.execute(f"CREATE SCHEMA billing AUTHORIZATION {ROLE}".encode())
        before.execute(f"ALTER ROLE {ROLE} IN DATABASE {before.info.dbname} SET search_path = billing".encode())
    assert upgrade(service, own_url) == "0001"
    with psycopg.connect(own_url, autocommit=True) as own:
        own.execute("CREATE VIEW seen AS SELECT * FROM outbox")
        own.execute("CREATE FUNCTION said() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        assert upgrade(service, ensure_role(managed, service.name, "x", role=ROLE)) == "0001"
        own.execute("INSERT INTO outbox (message_id, shard, routing_key, body) VALUES ('m', 0, 'k', '')")
        assert own.execute("SELECT count(*), min(said()) FROM seen").fetchone() == (1, 1)
        left = own.execute(
            "SELECT relname FROM pg_class WHERE relowner = %s::regrole AND relkind IN ('r', 'v', 'S')", (ROLE,)
        ).fetchall()
        assert left == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            own.execute("DROP VIEW seen")


def test_two_installations_on_one_server_leave_each_others_roles_alone(managed: str, databases: Databases) -> None:
    ensure_role(managed, "billing", "first", role=ROLE)
    other = ensure_database(managed, f"other_{new_id().replace('-', '')}")
    with pytest.raises(RoleTaken, match=f"the role {ROLE} works for the installation in database managed_"):
        refuse_roles_of_others(other, [ROLE])
    refuse_roles_of_others(managed, [ROLE])
    refuse_roles_of_others(other, ["north_billing"])
    psycopg.connect(url_with(managed, user=ROLE, password="first")).close()
    databases.drop(other)


def test_older_code_works_on_a_newer_schema_that_serves_it(managed: str, service: Service, tmp_path: Path) -> None:
    owner = ensure_role(managed, service.name, "x", role=ROLE)
    newer = released(service, tmp_path / "newer", "ALTER TABLE outbox ADD COLUMN more int")
    assert upgrade(newer, owner) == "0002"
    assert upgrade(service, owner) == "0002", "the way back: the older release starts, and changes nothing"
    newest = released(newer, tmp_path / "newest", "ALTER TABLE outbox DROP COLUMN more", "ends_older_code = True")
    assert upgrade(newest, owner) == "0003"
    for older in (newer, service):
        with pytest.raises(SchemaTooNew, match="at 0003, from a newer release; it serves code at 0003"):
            upgrade(older, owner)


def test_what_is_said_at_the_start_of_a_session_is_said_after_it(databases: Databases, urls: dict[str, str]) -> None:
    """A pooler takes no options at the start."""
    parts = urlsplit(urls[example.TELLER])
    engine = engine_for(urlunsplit(parts), pool=1)
    _, arguments = engine.dialect.create_connect_args(engine.url)
    assert "options" not in arguments
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "20s"
        assert connection.exec_driver_sql("SHOW timezone").scalar() == "UTC"
    engine.dispose()
