"""`qiantai migrate`, `keys` and `seed`: what is done once, beside a system that runs or will run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from qiantai.servers.postgres import PrivatePostgres
from qiantai.services import API_PREFIXES, role_of, setting_of
from qiantai.storage.roles import ensure_database

from embedded import chain, demo
from embedded.client import look_for
from embedded.connections import POOL, SPARE, fit
from embedded.environment import read_environment
from embedded.errors import CannotGoOn
from embedded.folder import held
from embedded.stage import DATABASE, Stage, make_schemas, secrets_of, set_stage, signing_key


def migrate(
    folder: Path,
    database: str | None,
    broker: str | None,
    *,
    say: Callable[[str], None],
    edges: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> None:
    """Make roles, schemas, keys, queues and the broker's users where they are missing, and stop; safe to repeat.

    Where the environment holds every service's QIANTAI_DATABASE_…, the roles get those passwords
    and no secret is written; otherwise the folder's own secrets are used. Raises CannotGoOn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    say("bringing the six schemas up to date")
    if database is None:
        _migrate_private(folder)
    elif urls := _given_urls(os.environ):
        _migrate_given(folder, database, urls)
    else:
        set_stage(folder, database, broker, chain.write_scanners(folder), own_database=False)
    if database is not None:
        pools = fit(database, web=int(os.environ.get("WEB", "1")), workers=int(os.environ.get("WORKERS", "1")))
        if pools.each < POOL + SPARE:
            say(f"{pools.processes} processes may want {pools.needed} database connections, {pools.room} are to be had")
    if broker:
        say("declaring the queues")
        from embedded.queues import prepare  # noqa: PLC0415 - the embedded run needs no broker client

        prepare(broker, {**read_environment(folder), **os.environ}, edges=edges, groups=groups)


def seed(folder: Path, address: str, *, say: Callable[[str], None]) -> None:
    """Load the demo chain into the system that runs at `address`. Raises CannotGoOn."""
    password = os.environ.get("QIANTAI_ADMIN_PASSWORD")
    if password is None and not (folder / "secrets.json").exists():
        raise CannotGoOn(f"nothing has run in {folder}; name its folder with VAR=, or set QIANTAI_ADMIN_PASSWORD")
    look_for(address)
    admin = password or secrets_of(folder)["admin"]
    environment = {**read_environment(folder), **os.environ, "QIANTAI_ADMIN_PASSWORD": admin}
    demo.load(address, Stage(folder, environment, admin), say=say)


def _migrate_private(folder: Path) -> None:
    with database_alone(folder, None, "`qiantai migrate`") as url:
        set_stage(folder, url, None, chain.write_scanners(folder), own_database=True)


@contextmanager
def database_of(folder: Path, database: str | None) -> Iterator[str]:
    """Give the administrator's URL: the one given, or of the folder's own database, started where it does not run.

    Raises CannotGoOn.
    """
    data = folder / "postgres" / "data"
    if database is not None:
        yield database
    elif _in_use(data):
        port = (data / "postmaster.pid").read_text().splitlines()[3]
        yield PrivatePostgres(folder / "postgres", port=int(port)).url_of(DATABASE)
    elif not data.exists():
        raise CannotGoOn(f"{folder} holds no database: name its folder with VAR=, or set DATABASE=")
    else:
        with database_alone(folder, None, "`qiantai backup`") as url:
            yield url


@contextmanager
def database_alone(folder: Path, database: str | None, who: str) -> Iterator[str]:
    """Give the administrator's URL while nobody runs in the folder, and nobody begins to. Raises FolderTaken."""
    with held(folder, who):
        if database is not None:
            yield database
            return
        if _in_use(folder / "postgres" / "data"):
            raise CannotGoOn(f"the database in {folder} is in use; stop what uses it first")
        postgres = PrivatePostgres(folder / "postgres").start()
        try:
            yield ensure_database(postgres.admin_url, DATABASE)
        finally:
            postgres.stop()


def given_passwords() -> dict[str, str]:
    """Return the password in each service's URL of the environment, nothing where none is set."""
    return {name: unquote(urlsplit(url).password or "") for name, url in _given_urls(os.environ).items()}


def _in_use(data: Path) -> bool:
    try:
        pid = (data / "postmaster.pid").read_text().split(maxsplit=1)[0]
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, IndexError):
        return False


def _migrate_given(folder: Path, database: str, urls: Mapping[str, str]) -> None:
    roles: dict[str, tuple[str, str]] = {}
    for name, url in urls.items():
        parts = urlsplit(url)
        if not (parts.username or "").endswith(role_of(name)) or not parts.password:
            raise CannotGoOn(
                f"the URL of {name} must name the role {role_of(name)}, or …_{role_of(name)}, and its password"
            )
        roles[name] = (unquote(parts.username or ""), unquote(parts.password))
    make_schemas(database, roles)
    signing_key(folder)


def _given_urls(environment: Mapping[str, str]) -> dict[str, str]:
    """Return every service's URL, nothing where one is missing."""
    names = {name: setting_of(name) for name in API_PREFIXES}
    given = {name: environment[variable] for name, variable in names.items() if environment.get(variable)}
    missing = sorted(names[name] for name in names.keys() - given.keys())
    if given and missing:
        raise CannotGoOn(f"also set {', '.join(missing)}")
    return given
