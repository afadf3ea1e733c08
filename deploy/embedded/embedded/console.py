"""Building the console beside the start of the servers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_BUILD = _ROOT / "deploy" / "setup" / "console.sh"
_SOURCES = _ROOT / "services" / "device-gateway" / "console"


def build() -> subprocess.Popen[bytes] | None:
    """Start the build; None where the sources are not here, for an image brings what was built."""
    if not (_BUILD.is_file() and (_SOURCES / "package.json").is_file()):
        return None
    return subprocess.Popen(  # noqa: S603 - our own script
        ["/bin/bash", str(_BUILD), sys.prefix], stdin=subprocess.DEVNULL
    )
