"""APIs as agreed: the stored OpenAPI document of each service, `services/…/openapi.json`.

`python -m qiantai.application.snapshots` compares, `--write` stores the documents anew: their difference in version
control is what changes for clients.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qiantai.application.openapi import document
from qiantai.service import Service
from qiantai.services import API_PREFIXES

ANEW = "python -m qiantai.application.snapshots --write"
_NOTHING = object()


def differences(stored: Any, present: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield every place where two JSON values differ, with both."""
    if isinstance(stored, dict) and isinstance(present, dict):
        for name in sorted({*stored, *present}):
            yield from differences(stored.get(name, _NOTHING), present.get(name, _NOTHING), f"{where} > {name}")
    elif stored is _NOTHING:
        yield f"{where}: is new, {_short(present)}"
    elif present is _NOTHING:
        yield f"{where}: was removed, {_short(stored)}"
    elif stored != present:
        yield f"{where}: was {_short(stored)}, is {_short(present)}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 200 else f"{text[:200]}…"  # noqa: PLR2004 - what fits a line or two


def path_of(service: Service) -> Path:
    """Return where a service's document is stored: beside its README."""
    return service.migrations.parents[1] / "openapi.json"


def _present(service: Service) -> dict[str, Any]:
    """Return the document as its JSON is read again."""
    present: dict[str, Any] = json.loads(json.dumps(document(service)))
    return present


def faults(service: Service) -> Iterator[str]:
    """Yield where a service's API is not as its stored document says, and how to store it."""
    path = path_of(service)
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found = [f"{service.name}{difference}" for difference in differences(stored, _present(service))]
    if found:
        yield from (*found, f"if this is meant: {ANEW}")


def write(service: Service) -> None:
    """Store the present document, sorted, so that the order of declarations makes no difference; `x-…` as it is."""
    present = _present(service)
    extensions = {name: present.pop(name) for name in [*present] if name.startswith("x-")}
    in_order = {**json.loads(json.dumps(present, sort_keys=True)), **extensions}
    text = json.dumps(in_order, indent=2, ensure_ascii=False)
    path_of(service).write_text(f"{text}\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Compare or write all services' documents; exit status 1 names what differs."""
    status = 0
    for name in API_PREFIXES:
        service: Service = importlib.import_module(f"{name.replace('-', '_')}.bootstrap").service()
        if "--write" in arguments:
            write(service)
        for fault in faults(service):
            print(fault)  # noqa: T201
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
