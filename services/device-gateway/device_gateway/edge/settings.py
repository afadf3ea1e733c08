"""The edge's settings, from the environment, frozen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from environs import Env, validate

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSettings:
    """What one edge needs to know.

    name: its own, lower case; the branch where there is one edge a branch. scanners: the JSON file of the devices.
    folder: where spool and cache live. broker_url: None on the embedded bus. debounce_seconds: G2. spool_limit:
    messages that may wait at most; the alarm comes at `alarm_share` of it.
    """

    name: str
    scanners: Path
    folder: Path
    broker_url: str | None = None
    debounce_seconds: float = 2.0
    spool_limit: int = 500_000
    alarm_share: float = 0.1
    metrics_port: int | None = None
    log_level: str = "INFO"

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ValueError(f"QIANTAI_EDGE_NAME: {self.name!r} is no name of lower case letters, digits and dashes")

    @classmethod
    def named(cls, name: str) -> Self:
        """Return what follows from an edge's name alone."""
        return cls(name=name, scanners=Path(), folder=Path())

    @property
    def group(self) -> str:
        """Name of the edge's queue."""
        return f"device-gateway.edge.{self.name}"

    @property
    def consumer(self) -> str:
        """Name under which owners tell their facts to this edge alone."""
        return f"edge-{self.name}"


def edge_settings() -> EdgeSettings:
    """Read the edge's settings: QIANTAI_EDGE_NAME, QIANTAI_SCANNERS, QIANTAI_EDGE_FOLDER, QIANTAI_BROKER and more."""
    env = Env()
    with env.prefixed("QIANTAI_"):
        return EdgeSettings(
            name=env.str("EDGE_NAME", "main"),
            scanners=Path(env.str("SCANNERS")),
            folder=Path(env.str("EDGE_FOLDER", "var/edge")),
            broker_url=env.str("BROKER", "") or None,
            debounce_seconds=env.float("DEBOUNCE_SECONDS", 2.0, validate=validate.Range(min=0)),
            spool_limit=env.int("SPOOL_LIMIT", 500_000, validate=validate.Range(min=10)),
            metrics_port=env.int("METRICS_PORT", None),
            log_level=env.str("LOG_LEVEL", "INFO"),
        )
