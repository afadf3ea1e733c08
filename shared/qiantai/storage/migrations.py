"""Migrations: every service has its own alembic versions, schema and version table."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from qiantai.storage.engine import engine_for

VERSION_TABLE = "schema_version"


class WithSchema(Protocol):
    """What has tables in code and the steps that lead to them."""

    @property
    def metadata(self) -> sa.MetaData:
        """The tables as the code knows them."""

    @property
    def migrations(self) -> Path:
        """The folder of the steps."""


def _script(service: WithSchema) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option("version_locations", str(service.migrations))
    config.set_main_option("path_separator", "newline")
    return ScriptDirectory.from_config(config)


def upgrade(service: WithSchema, url: str) -> str | None:
    """Bring the service's schema to its newest version; returns that version."""
    script = _script(service)
    config = Config()
    head = script.get_current_head()
    engine = engine_for(url, pool=1)

    def steps(revision: Any, _context: object) -> Any:  # noqa: ANN401 - alembic's own
        return script._upgrade_revs("head", revision)  # noqa: SLF001 - alembic's own recipe

    with EnvironmentContext(config, script, fn=steps) as environment, engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(current_schema()))"))
        environment.configure(
            connection=connection,
            target_metadata=service.metadata,
            version_table=VERSION_TABLE,
            transactional_ddl=True,
            transaction_per_migration=False,
        )
        environment.run_migrations()
    engine.dispose()
    return head


def _context(connection: sa.Connection, service: WithSchema) -> MigrationContext:
    return MigrationContext.configure(
        connection,
        opts={
            "version_table": VERSION_TABLE,
            "target_metadata": service.metadata,
            "compare_type": True,
            "compare_server_default": False,
        },
    )


def differences(service: WithSchema, url: str) -> list[object]:
    """Return what the migrations lack or have too much of, compared with the tables in code."""
    engine = engine_for(url, pool=1)
    with engine.begin() as connection:
        found: list[object] = list(compare_metadata(_context(connection, service), service.metadata))
    engine.dispose()
    return found


def write_revision(service: WithSchema, url: str, message: str) -> Path | None:
    """Write a new revision with what the code has and the schema lacks; None when nothing differs."""
    engine = engine_for(url, pool=1)
    with engine.begin() as connection:
        made = produce_migrations(_context(connection, service), service.metadata)
    engine.dispose()
    if made.upgrade_ops is None or made.upgrade_ops.is_empty():
        return None
    script = _script(service)
    number = len(list(script.walk_revisions())) + 1
    service.migrations.mkdir(parents=True, exist_ok=True)
    slug = message.lower().replace(" ", "_")
    path = service.migrations / f"{number:04d}_{slug}.py"
    lines = [line for line in render_python_code(made.upgrade_ops).splitlines() if not line.lstrip().startswith("#")]
    body = textwrap.indent(textwrap.dedent("\n".join(lines)), "    ")
    body = re.sub(r"(?<![.\w])(Text|DateTime|Date|Integer|BigInteger|SmallInteger)\(", r"sa.\1(", body)
    head = script.get_current_head()
    path.write_text(
        f'"""{message[:1].upper()}{message[1:]}."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n'
        "from sqlalchemy.dialects import postgresql\n\n"
        f'revision = "{number:04d}"\ndown_revision = {head!r}\nbranch_labels = None\ndepends_on = None\n\n\n'
        f'def upgrade() -> None:\n    """Apply this step."""\n{body}\n'
    )
    return path
