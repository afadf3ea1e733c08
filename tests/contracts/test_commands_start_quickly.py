"""A command imports only what it needs, so that it starts within a moment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "services/triage/tests/examples/day-hand.json"
WEB = ("flask", "flask_smorest", "openpyxl", "opentelemetry")
DATABASE = ("sqlalchemy", "alembic", "psycopg")
BROKER = ("kombu", "pika")


@pytest.mark.parametrize(
    ("module", "arguments", "without"),
    [
        ("triage.cli", ["replay", str(SCRIPT)], (*WEB, *DATABASE, *BROKER)),
        ("triage.cli", ["verify", "--help"], (*WEB, *DATABASE, *BROKER)),
        ("device_gateway.cli", ["scan", "--help"], (*WEB, *DATABASE, *BROKER)),
        ("embedded.cli", ["parked", "list", "--help"], (*WEB, "sqlalchemy", "alembic", "kombu")),
    ],
)
def test_a_command_imports_no_more(module: str, arguments: list[str], without: tuple[str, ...]) -> None:
    program = (
        f"import json, sys; from {module} import app; app({arguments!r}, standalone_mode=False);"
        "print(); print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout.splitlines()[-1])).isdisjoint(without)


def test_what_starts_the_system_imports_no_service() -> None:
    program = "import json, sys, embedded.run; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)).isdisjoint({*WEB, *BROKER, "triage.bootstrap", "billing.bootstrap"})
