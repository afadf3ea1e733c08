"""What a run's processes find in their environment, kept in its folder for the commands beside it."""

from __future__ import annotations

import shlex
from pathlib import Path

ENVIRONMENT = "environment"
"""Name of the file; a shell can read it too."""


def read_environment(folder: Path) -> dict[str, str]:
    """Return the settings of the run whose folder this is."""
    path = folder / ENVIRONMENT
    if not path.exists():
        return {}
    return dict(shlex.split(line)[0].split("=", 1) for line in path.read_text().splitlines())
