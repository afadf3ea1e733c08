"""`make bench [T=name]`: measure, as ratios to floors in the same run."""

from __future__ import annotations

import importlib
import sys

NAMES = ("assign", "event_path", "scan_to_assigned")

for wanted in sys.argv[1:] or NAMES:
    if wanted not in NAMES:
        sys.exit(f"no benchmark {wanted}; there are: {', '.join(NAMES)}")
    importlib.import_module(f"tests.bench.{wanted}").main()
