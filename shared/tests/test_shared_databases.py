"""Migrations make the tables that are declared; a private server keeps its data."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from qiantai.ids import new_id
from qiantai.servers.postgres import PrivatePostgres
from qiantai.storage.migrations import differences, upgrade, write_revision
from qiantai.storage.roles import ensure_database, ensure_role
from qiantai.testing import example
from qiantai.testing.databases import Databases


def test_a_written_migration_makes_exactly_the_tables(databases: Databases, tmp_path: Path) -> None:
    service = dataclasses.replace(example.teller(), migrations=tmp_path / "migrations")
    url = ensure_database(databases.admin_url, f"r_{new_id().replace('-', '')}")
    url = ensure_role(url, service.name, "only-for-tests")
    path = write_revision(service, url, "the tables of the example")
    assert path is not None
    assert path.name == "0001_the_tables_of_the_example.py"
    assert upgrade(service, url) == "0001"
    assert differences(service, url) == []
    assert write_revision(service, url, "nothing") is None
    databases.drop(url)


def test_a_private_postgresql_keeps_its_data_over_a_power_cut() -> None:
    with TemporaryDirectory(prefix="qiantai-small-postgres-") as folder:
        server = PrivatePostgres(Path(folder)).start()
        try:
            with psycopg.connect(server.admin_url) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 7 AS it")
            port = server.port
            server.stop(kill=True)
            server.start()
            assert server.port == port
            with psycopg.connect(server.admin_url) as connection:
                assert connection.execute("SELECT it FROM kept").fetchone() == (7,)
        finally:
            server.stop()
