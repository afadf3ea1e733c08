"""`make bench [T=name]`: measure, as ratios to floors in the same run."""

from __future__ import annotations

import importlib
import sys

from tests.bench.report import Report, end_on_signals

NAMES = ("assign", "event_path", "scan_to_assigned", "streams", "console")

wanted = sys.argv[1:] or NAMES
for name in wanted:
    if name not in NAMES:
        sys.exit(f"no benchmark {name}; there are: {', '.join(NAMES)}")
end_on_signals()
whole = True
for name in wanted:
    with Report(name) as report:
        importlib.import_module(f"tests.bench.{name}").measure(report)
    whole &= report.state == "complete"
sys.exit(0 if whole else 1)
