"""What a peer is told: one event to warm up, or all that are measured; each about a kilobyte."""

import os
import sys


def codes():
    """Return the codes of the events; those that are measured begin with p."""
    names = ["warm"] if sys.argv[1] == "warm" else [f"p{number}" for number in range(int(os.environ["BENCH_EVENTS"]))]
    return [name + "x" * 1000 for name in names]
