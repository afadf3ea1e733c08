"""Writing the next migration of a service from its tables: `make revision S=billing M="refunds"`."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

from qiantai.servers.postgres import PrivatePostgres
from qiantai.services import role_of
from qiantai.storage.migrations import differences, upgrade, write_revision
from qiantai.storage.roles import ensure_database, ensure_role


def main(name: str, message: str) -> int:
    """Write the revision on a private PostgreSQL and apply it there once."""
    service = importlib.import_module(f"{role_of(name)}.bootstrap").service()
    with tempfile.TemporaryDirectory() as folder:
        server = PrivatePostgres(Path(folder), fast=True).start()
        try:
            url = ensure_database(server.admin_url, "revision")
            url = ensure_role(url, service.name, "revision")
            if any(service.migrations.glob("[0-9]*.py")):
                upgrade(service, url)
            path = write_revision(service, url, message)
            if path is None:
                print(f"{name}: the migrations have everything")  # noqa: T201
                return 0
            upgrade(service, url)
            left = differences(service, url)
        finally:
            server.stop()
    print(path, *left, sep="\n")  # noqa: T201
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
