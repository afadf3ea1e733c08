"""Contracts as agreed: a stored schema for each type, and what a change may be.

`python -m qiantai.wire.snapshots` compares, `--write` stores what is compatible.
A breaking change is a new `.v2` beside the `.v1`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from qiantai.contracts import event_types
from qiantai.wire.jsonschema import Json, schema_for

FOLDER = Path(__file__).parent.parent / "contracts" / "schemas"


def breaks(stored: Json, present: Json, where: str = "") -> Iterator[str]:
    """Yield what a reader of the stored contract, or a message sent by it, could not live with."""
    if stored.get("type") != present.get("type"):
        yield f"{where or 'the event'}: was {stored.get('type')}, is {present.get('type')}"
        return
    for name, kind in stored.get("properties", {}).items():
        path = f"{where}.{name}".lstrip(".")
        if name not in present.get("properties", {}):
            yield f"{path}: was removed"
        else:
            yield from breaks(kind, present["properties"][name], path)
    for name in sorted(set(present.get("required", ())) - set(stored.get("required", ()))):
        yield f"{where}.{name}: is required now, older messages lack it".lstrip(".")
    for name in sorted(set(stored.get("required", ())) - set(present.get("required", ()))):
        yield f"{where}.{name}: is optional now, older readers need it".lstrip(".")
    if "items" in stored:
        yield from breaks(stored["items"], present.get("items", {}), f"{where}[]")
    if stored.get("format") != present.get("format"):
        yield f"{where}: was {stored.get('format')}, is {present.get('format')}"


def faults() -> Iterator[str]:
    """Yield every contract that is not as stored, with why that matters."""
    types = event_types()
    for type_, contract in sorted(types.items()):
        path = FOLDER / f"{type_}.json"
        present = schema_for(contract)
        if not path.exists():
            yield f"{type_}: has no snapshot; write it with --write"
            continue
        stored = json.loads(path.read_text(encoding="utf-8"))
        broken = list(breaks(stored, present))
        if broken:
            yield f"{type_}: breaks its readers, make a new version: {'; '.join(broken)}"
        elif stored != present:
            yield f"{type_}: changed compatibly; store it with --write"
    for path in sorted(FOLDER.glob("*.json")):
        if path.stem not in types:
            yield f"{path.stem}: is stored but no contract any more; readers may still hold messages"


def write() -> Iterator[str]:
    """Store every contract whose change breaks nobody; yields what was refused."""
    FOLDER.mkdir(exist_ok=True)
    for type_, contract in sorted(event_types().items()):
        path = FOLDER / f"{type_}.json"
        present = schema_for(contract)
        if path.exists() and (broken := list(breaks(json.loads(path.read_text(encoding="utf-8")), present))):
            yield f"{type_}: breaks its readers, make a new version: {'; '.join(broken)}"
            continue
        path.write_text(json.dumps(present, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Compare or write; exit status 1 names what is wrong."""
    found = list(write() if "--write" in arguments else faults())
    print(*found, sep="\n", end="\n" if found else "")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
