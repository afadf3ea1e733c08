"""Tables for people and JSON for programs: `var/bench/NAME.json` as {name, figures, ratios}."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table


def folder() -> Path:
    """Where results go."""
    path = Path(os.environ.get("VAR", "var")) / "bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


def report(name: str, figures: Mapping[str, float], ratios: Mapping[str, float]) -> None:
    """Print a table and write the JSON."""
    table = Table(title=name, title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for title, value in figures.items():
        table.add_row(title, f"{value:,.2f}")
    for title, value in ratios.items():
        table.add_row(f"[bold]{title}[/bold]", f"[bold]{value:.2f} ×[/bold]")
    Console(width=110).print(table)
    path = folder() / f"{name}.json"
    path.write_text(json.dumps({"name": name, "figures": dict(figures), "ratios": dict(ratios)}, indent=1) + "\n")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
