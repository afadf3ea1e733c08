"""What a run's processes find in their environment, kept in its folder for the commands beside it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENT = "environment"
"""Name of the file; a shell can read it too."""

_SECRET = frozenset(
    {
        *("DATABASE", "DATABASE_FILE", "BROKER", "BROKER_FILE", "PGPASSWORD", "PGPASSFILE"),
        *("QIANTAI_MANAGEMENT", "QIANTAI_ADMIN_PASSWORD", "QIANTAI_SIGNING_KEY"),
    }
)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without anything that opens database, broker or door."""
    return {
        name: value
        for name, value in environment.items()
        if name not in _SECRET and not name.startswith(("QIANTAI_DATABASE_", "QIANTAI_BROKER"))
    }


def read_environment(folder: Path) -> dict[str, str]:
    """Return the settings of the run whose folder this is."""
    path = folder / ENVIRONMENT
    if not path.exists():
        return {}
    return dict(shlex.split(line)[0].split("=", 1) for line in path.read_text().splitlines())
