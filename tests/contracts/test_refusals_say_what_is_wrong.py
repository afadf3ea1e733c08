"""A refusal's title and type say what is wrong: nobody raises the base of a family."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERAL = {"Refusal", "Conflict", "NotFound"}
"""`Stale`, `Forbidden` and the like say what is wrong; the base of a service's refusals does not."""


def _trees() -> dict[str, ast.Module]:
    rooms = [*ROOT.glob("services/*/*/"), ROOT / "shared" / "qiantai", ROOT / "deploy" / "embedded"]
    files = {file for room in rooms if room.name != "tests" for file in room.rglob("*.py")}
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in sorted(files)}


def test_nobody_raises_a_family_of_refusals() -> None:
    trees = _trees()
    bases = {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
        if any(isinstance(base, ast.Name) and base.id == "Refusal" for base in node.bases)
    }
    services = {"AppointmentError", "BillingError", "CustomerError", "FollowupError", "GatewayError", "TriageError"}
    assert bases >= services
    made = [
        f"{file}:{node.lineno} {name.id}"
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call | ast.Raise)
        if isinstance(name := node.func if isinstance(node, ast.Call) else node.exc, ast.Name)
        if name.id in bases | GENERAL
    ]
    assert made == []
