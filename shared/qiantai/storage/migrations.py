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
from qiantai.storage.patience import GIVE_UP_LOCKS, patiently

VERSION_TABLE = "schema_version"
_SERVES = "serves code at "


class WithSteps(Protocol):
    """What has steps that lead to its schema."""

    @property
    def migrations(self) -> Path:
        """The folder of the steps."""


class WithSchema(WithSteps, Protocol):
    """What has tables in code and the steps that lead to them."""

    @property
    def metadata(self) -> sa.MetaData:
        """The tables as the code knows them."""


def _script(service: WithSteps) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option("version_locations", str(service.migrations))
    config.set_main_option("path_separator", "newline")
    return ScriptDirectory.from_config(config)


class SchemaTooNew(RuntimeError):
    """A newer release has changed the schema so that this one cannot work with it."""


def upgrade(service: WithSteps, url: str) -> str | None:
    """Bring the service's schema to its newest version beside those who work in it; returns the version that it has.

    `url` is the owner's. Each step is committed by itself, waits for no lock longer than readers bear and is tried
    again, so that a kill or a run without success costs the step in hand. A schema that a newer release made stays as
    it is where it serves this code. Raises SchemaTooNew.
    """
    script = _script(service)
    engine = engine_for(url, pool=1)
    try:
        with engine.connect() as alone:
            alone = alone.execution_options(isolation_level="AUTOCOMMIT")  # noqa: PLW2901 - the same one
            alone.execute(sa.text("SET statement_timeout = 0"))
            alone.execute(sa.text("SELECT pg_advisory_lock(hashtext(current_schema()))"))
            found = version_of(engine)
            if found is not None and not _is_known(script, found):
                _must_serve(engine, found, script.get_current_head())
                return found
            patiently(lambda: _run_steps(script, engine))
            _say_whom_it_serves(engine, script)
    finally:
        engine.dispose()
    return script.get_current_head()


def version_of(engine: sa.Engine) -> str | None:
    """Return the version of the schema, None where there is none yet."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return context.get_current_revision()


def _run_steps(script: ScriptDirectory, engine: sa.Engine) -> None:
    def steps(revision: Any, _context: object) -> Any:  # noqa: ANN401 - alembic's own
        return script._upgrade_revs("head", revision)  # noqa: SLF001 - alembic's own recipe

    with EnvironmentContext(Config(), script, fn=steps) as environment, engine.connect() as connection:
        connection.execute(sa.text("SET statement_timeout = 0"))  # what takes long holds no lock that others feel
        connection.execute(sa.text(GIVE_UP_LOCKS))
        connection.commit()
        environment.configure(
            connection=connection,
            version_table=VERSION_TABLE,
            transactional_ddl=True,
            transaction_per_migration=True,
        )
        with environment.begin_transaction():
            environment.run_migrations()


def _is_known(script: ScriptDirectory, version: str) -> bool:
    return version in {step.revision for step in script.walk_revisions()}


def _say_whom_it_serves(engine: sa.Engine, script: ScriptDirectory) -> None:
    """Write the heads of the releases that can work with this schema where an older release looks for them.

    A step that drops or changes what older code needs says `ends_older_code = True`.
    """
    serves = []
    for step in script.walk_revisions():
        serves.append(step.revision)
        if getattr(step.module, "ends_older_code", False):
            break
    text = sa.text(f"COMMENT ON TABLE {VERSION_TABLE} IS '{_SERVES}{' '.join(serves)}'")
    if serves:
        with engine.begin() as connection:
            connection.execute(text)


def _must_serve(engine: sa.Engine, found: str, head: str | None) -> None:
    with engine.connect() as connection:
        says = connection.scalar(sa.text(f"SELECT obj_description('{VERSION_TABLE}'::regclass)")) or ""
    if head not in str(says).removeprefix(_SERVES).split():
        raise SchemaTooNew(
            f"the schema is at {found}, from a newer release; it {says or 'serves nobody else'},"
            f" and this code is at {head}"
        )


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
