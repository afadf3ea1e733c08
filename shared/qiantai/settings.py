"""A process's settings, from the environment, frozen."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass

from environs import Env, ValidationError

from qiantai import codes
from qiantai.services import role_of
from qiantai.source import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one service's process needs to know.

    database_url: the service's own role. broker_url: its own user; None on the embedded bus.
    jwks: path or URL of the public keys that tokens are checked with. proxies: whose X-Forwarded-For is believed.
    """

    service: str
    database_url: str
    broker_url: str | None
    jwks: str
    issuer: str
    branches: tuple[str, ...]
    pool: int
    log_level: str
    metrics_port: int | None
    metrics_host: str = "127.0.0.1"
    pool_spare: int = 10
    proxies: tuple[Network, ...] = ()


def _networks(given: list[str]) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(text.strip()) for text in given)
    except ValueError as error:
        raise ValidationError(f"QIANTAI_TRUSTED_PROXIES: {error}") from error


def _only_branches(given: list[str]) -> None:
    strange = [code for code in given if re.fullmatch(codes.BRANCH, code) is None]
    if strange:
        raise ValidationError(f"{strange[0]!r} is not a branch code")


_LIBPQ = ("HOST", "HOSTADDR", "PORT", "DATABASE", "USER", "PASSWORD", "PASSFILE", "SERVICE", "SERVICEFILE", "OPTIONS")
"""What PostgreSQL's client takes from PG… in the environment where a URL is silent, PGHOSTADDR in any case."""


def settings_of(service: str) -> Settings:
    """Read a service's settings: QIANTAI_DATABASE_<SERVICE>, QIANTAI_BROKER_<SERVICE> and so on.

    The URL alone says where a service connects and as whom: PG… that are meant for something else are forgotten.
    """
    for name in _LIBPQ:
        os.environ.pop(f"PG{name}", None)
    env = Env()
    with env.prefixed("QIANTAI_"):
        return Settings(
            service=service,
            database_url=env.str(f"DATABASE_{role_of(service).upper()}"),
            broker_url=env.str(f"BROKER_{role_of(service).upper()}", "") or env.str("BROKER", "") or None,
            jwks=env.str("JWKS"),
            issuer=env.str("ISSUER", "qiantai"),
            branches=tuple(env.list("BRANCHES", [], validate=_only_branches)),
            pool=env.int("POOL", 10),
            pool_spare=env.int("POOL_SPARE", env.int("POOL", 10)),
            log_level=env.str("LOG_LEVEL", "INFO"),
            metrics_port=env.int("METRICS_PORT", None),
            metrics_host=env.str("METRICS_HOST", "127.0.0.1"),
            proxies=_networks(env.list("TRUSTED_PROXIES", [])),
        )
