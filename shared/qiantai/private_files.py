"""Files that hold what was read, said or logged: for the account alone under which they were written."""

from __future__ import annotations

import os
from pathlib import Path

MODE = 0o600
UMASK = 0o077
"""Of processes whose files are all of this kind."""


def make_private(path: Path) -> Path:
    """Close a file to other accounts, made empty where it is missing; returns its path."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, MODE))
    path.chmod(MODE)
    return path
