"""What a run needs before its processes start: secrets, databases, roles, schemas, keys."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from qiantai.services import API_PREFIXES, broker_setting_of, role_of, setting_of
from qiantai.storage.migrations import upgrade
from qiantai.storage.pooler import refuse_shared_sessions
from qiantai.storage.roles import ensure_database, ensure_role, new_password, refuse_roles_of_others, service_urls
from qiantai.web.tokens import TokenSigner, new_signing_key

from embedded.broker_users import EDGES, edges_in, given_urls, own_urls
from embedded.environment import ENVIRONMENT, without_secrets

DATABASE = "qiantai"
ISSUER = "qiantai"


@dataclass(frozen=True, slots=True)
class _Steps:
    """A service's steps, without what else the service needs."""

    service: str

    @property
    def migrations(self) -> Path:
        """The folder of the steps."""
        return Path(str(files(role_of(self.service)))) / "migrations"


@dataclass(frozen=True, slots=True)
class Stage:
    """The folder of a run and its settings: all in one process find all of them, others what is theirs."""

    folder: Path
    environment: dict[str, str]
    admin_password: str

    def of(self, service: str) -> dict[str, str]:
        """Return what a service's processes find: of all that opens something, their own."""
        broker = broker_setting_of(service)
        own = [setting_of(service), broker if self.environment.get(broker) else "QIANTAI_BROKER"]
        if service == "device-gateway":
            own.append("QIANTAI_SIGNING_KEY")
        return without_secrets(self.environment) | {
            name: self.environment[name] for name in own if name in self.environment
        }

    def of_edge(self) -> dict[str, str]:
        """Return what the edge finds: its own user at the broker, no database."""
        own = given_urls(self.environment).get(
            f"edge-{edge_name(self.environment)}", self.environment["QIANTAI_BROKER"]
        )
        return {**without_secrets(self.environment), "QIANTAI_BROKER": own}


def edge_name(environment: Mapping[str, str]) -> str:
    """Return the name of a run's edge."""
    return environment.get("QIANTAI_EDGE_NAME") or "main"


def secrets_of(folder: Path) -> dict[str, str]:
    """Return the run's secrets, made once and readable by their owner alone."""
    path = folder / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    edge = f"edge-{edge_name(os.environ)}"
    wanted = [f"database:{name}" for name in API_PREFIXES] + [f"broker:{name}" for name in (*API_PREFIXES, edge)]
    wanted.append("admin")
    if any(name not in kept for name in wanted):
        kept = {**{name: new_password() for name in wanted}, **kept}
        _write_private(path, json.dumps(kept, indent=1))
    return kept


def signing_key(folder: Path) -> tuple[Path, Path]:
    """Return the paths of the private key and of the public key set, made once."""
    private, public = folder / "signing.jwk", folder / "jwks.json"
    if not private.exists():
        _write_private(private, new_signing_key())
    _write_private(public, json.dumps(TokenSigner(private.read_text(), ISSUER).public_keys()))
    return private, public


def set_stage(folder: Path, admin_url: str, broker: str | None, scanners: Path, *, own_database: bool) -> Stage:
    """Make database, roles and schemas where they are missing; safe to repeat at any moment."""
    secrets = secrets_of(folder)
    url = ensure_database(admin_url, DATABASE) if own_database else admin_url
    passwords = {name: secrets[f"database:{name}"] for name in API_PREFIXES}
    prefix = os.environ.get("QIANTAI_ROLE_PREFIX", "")
    urls = service_urls(_without_file(url), passwords, prefix=prefix)
    make_schemas(url, {name: (prefix + role_of(name), password) for name, password in passwords.items()})
    edge = edge_name(os.environ)
    told = {name: secrets[f"broker:{name}"] for name in (*API_PREFIXES, f"edge-{edge}")}
    users = own_urls(os.environ, broker, told, edge) if broker else {}
    private, public = signing_key(folder)
    settings = {
        **{setting_of(name): value for name, value in urls.items()},
        "QIANTAI_BROKER": broker or "",
        **{broker_setting_of(name): url for name, url in users.items() if name in API_PREFIXES},
        EDGES: " ".join(users[f"edge-{name}"] for name in edges_in(users)),
        "QIANTAI_JWKS": str(public),
        "QIANTAI_SIGNING_KEY": str(private),
        "QIANTAI_ISSUER": ISSUER,
        "QIANTAI_SCANNERS": str(scanners),
        "QIANTAI_EDGE_FOLDER": str(folder / "edge"),
    }
    _write_private(folder / ENVIRONMENT, "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()))
    environment = {**os.environ, **settings, "QIANTAI_ADMIN_PASSWORD": secrets["admin"]}
    return Stage(folder, environment, secrets["admin"])


def make_schemas(admin_url: str, roles: Mapping[str, tuple[str, str]]) -> None:
    """Make each service's role, with its password, and its schema; safe to repeat. Raises SharedSessions, RoleTaken."""
    refuse_shared_sessions(admin_url)
    refuse_roles_of_others(admin_url, [role for role, _ in roles.values()])
    for name, (role, password) in roles.items():
        upgrade(_Steps(name), ensure_role(admin_url, name, password, role=role))


def _without_file(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")) if "passfile" in parts.query else url


def _write_private(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
