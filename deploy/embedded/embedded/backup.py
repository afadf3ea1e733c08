"""`qiantai backup` and `qiantai restore`: six schemas and their roles at one instant, in one file."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg import sql
from qiantai import clock
from qiantai.pace import SESSION
from qiantai.servers.postgres import binaries
from qiantai.services import API_PREFIXES, role_of
from qiantai.storage.roles import ensure_role, make_roles, refuse_roles_of_others

from embedded.demo import MARK
from embedded.errors import CannotGoOn

HOURS = 48
"""Events that were told so shortly before the dump are told again: they may have been in queues."""
_KEPT = ("secrets.json", "signing.jwk", "jwks.json")
_DUMP, _ABOUT = "dump", "about.json"
_BEFORE = timedelta(hours=1)
_END = 1024
"""Bytes of zeros at the end of every archive."""


class NotRestored(CannotGoOn):
    """A backup cannot be made or put back as things are."""


def back_up(database: str, folder: Path, file: Path) -> None:
    """Write the six schemas as of one instant, the names of their roles, and the folder's secrets, into one file.

    Raises NotRestored.
    """
    if not file.parent.is_dir():
        raise NotRestored(f"there is no folder {file.parent}")
    with tempfile.TemporaryDirectory() as place:
        begun = clock.now()
        schemas = [f"--schema={role_of(name)}" for name in API_PREFIXES]
        _run(database, "pg_dump", "--format=custom", *schemas, f"--file={Path(place) / _DUMP}")
        about = {"dumped_at": begun.isoformat(), "roles": _roles(database)}
        (Path(place) / _ABOUT).write_text(json.dumps(about))
        fresh = file.with_name(file.name + ".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w") as archive:
                for path in (Path(place) / _DUMP, Path(place) / _ABOUT, *(folder / name for name in _KEPT)):
                    if path.exists():
                        archive.add(path, arcname=path.name)
            raw.flush()
            os.fsync(raw.fileno())
        fresh.replace(file)


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """Give the folder in which a backup lies open, once it is seen to be whole. Raises NotRestored."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        try:
            with file.open("rb") as raw:
                with tarfile.open(fileobj=raw, mode="r:") as archive:
                    archive.extractall(place, filter="data")
                raw.seek(-_END, os.SEEK_END)
                whole = not any(raw.read()) and (place / _DUMP).is_file()
            json.loads((place / _ABOUT).read_text())
        except (OSError, tarfile.TarError, ValueError) as error:
            raise NotRestored(f"{file} is no backup, or not all of one: {error}") from error
        if not whole:
            raise NotRestored(f"{file} is not all of a backup: its end is missing")
        yield place


def restore(database: str, folder: Path, place: Path, passwords: Mapping[str, str], *, hours: int = HOURS) -> int:
    """Put an unpacked backup into a database without schemas; returns how many events wait to be told again.

    Roles get `passwords`, or those of the backup's own secrets. Events that were told in the last `hours` before the
    dump are told once more: subscribers know by their inboxes which of them they had. Raises NotRestored.
    """
    about = json.loads((place / _ABOUT).read_text())
    _keep_secrets(place, folder)
    passwords = passwords or _passwords(folder)
    roles: dict[str, str] = about["roles"]
    refuse_roles_of_others(database, roles.values())
    with psycopg.connect(database, autocommit=True, **SESSION) as connection:
        _must_be_empty(connection)
        for name, role in roles.items():
            make_roles(connection, role, passwords[name])
    _run(database, "pg_restore", "--exit-on-error", "--single-transaction", str(place / _DUMP), into=True)
    for name, role in roles.items():
        ensure_role(database, name, passwords[name], role=role)
    (folder / MARK).touch()  # a run does not load the demo chain into what was restored
    return _tell_again(database, datetime.fromisoformat(about["dumped_at"]), hours)


def _tell_again(database: str, dumped_at: datetime, hours: int) -> int:
    since = dumped_at - timedelta(hours=hours)
    told = 0
    with psycopg.connect(database, **SESSION) as connection:
        for name in API_PREFIXES:
            here = {"schema": sql.Identifier(role_of(name))}
            again = sql.SQL("UPDATE {schema}.outbox SET published_at = NULL WHERE published_at > %s").format(**here)
            told += connection.execute(again, (since,)).rowcount
            # the inbox forgets by age: what comes again now must be known for as long as it may take
            keep = sql.SQL("UPDATE {schema}.inbox SET received_at = now() WHERE received_at > %s").format(**here)
            connection.execute(keep, (since - _BEFORE,))
    return told


def _must_be_empty(connection: psycopg.Connection) -> None:
    wanted = [role_of(name) for name in API_PREFIXES]
    found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", (wanted,)).fetchall()
    if found:
        raise NotRestored(f"the database has schemas already: {', '.join(row[0] for row in found)}; give an empty one")


def _roles(database: str) -> dict[str, str]:
    """Return each service's role: whoever looks for its tables in the service's schema, and owns none of them."""
    query = (
        "SELECT r.rolname FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole JOIN pg_database d"
        " ON d.oid = s.setdatabase WHERE d.datname = current_database() AND %s = ANY (s.setconfig)"
    )
    found = {}
    with psycopg.connect(database, **SESSION) as connection:
        for name in API_PREFIXES:
            row = connection.execute(query, (f"search_path={role_of(name)}",)).fetchone()
            if row is None:
                raise NotRestored(f"the database has no role that works in the schema {role_of(name)}")
            found[name] = str(row[0])
    return found


def _passwords(folder: Path) -> dict[str, str]:
    try:
        kept = json.loads((folder / "secrets.json").read_text())
        return {name: kept[f"database:{name}"] for name in API_PREFIXES}
    except (OSError, KeyError) as error:
        raise NotRestored(
            "the backup has no secrets: set every QIANTAI_DATABASE_… to its URL with a password"
        ) from error


def _keep_secrets(place: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in _KEPT:
        if (place / name).exists() and not (folder / name).exists():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
                kept.write((place / name).read_bytes())


def _run(database: str, command: str, *arguments: str, into: bool = False) -> None:
    """Run one of PostgreSQL's own commands; the password goes by a file that only we can read."""
    parts = urlsplit(database)
    name = parts.path.lstrip("/")
    with _passfile(database) as passfile:
        settings = {"PGHOST": parts.hostname or "", "PGPORT": str(parts.port or 5432), "PGDATABASE": name}
        settings |= {"PGUSER": unquote(parts.username or ""), "PGPASSFILE": str(passfile)}
        settings |= {f"PG{key.upper()}": values[0] for key, values in parse_qs(parts.query).items() if key == "sslmode"}
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own
            [str(binaries() / command), *([f"--dbname={name}"] if into else []), *arguments],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise NotRestored(f"{command} failed: {done.stderr.strip()[-2000:]}")


@contextmanager
def _passfile(database: str) -> Iterator[Path]:
    parts = urlsplit(database)
    given = parse_qs(parts.query).get("passfile")
    if given:
        yield Path(given[0])
        return
    with tempfile.NamedTemporaryFile("w", prefix="qiantai-pass-") as file:  # made for its owner alone
        password = unquote(parts.password or "").replace("\\", "\\\\").replace(":", "\\:")
        file.write(f"*:*:*:*:{password}\n")
        file.flush()
        yield Path(file.name)
