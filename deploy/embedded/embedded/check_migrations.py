"""Checks on a private PostgreSQL that every service's migrations give the tables that its code has."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from qiantai.servers.postgres import PrivatePostgres
from qiantai.storage.migrations import differences, upgrade
from qiantai.storage.roles import ensure_database, ensure_role

from embedded.services import all_services


def main() -> int:
    """Print every difference; exit status 1 if there is one."""
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        server = PrivatePostgres(Path(folder), fast=True).start()
        try:
            database = ensure_database(server.admin_url, "check")
            for service in all_services():
                url = ensure_role(database, service.name, "check")
                upgrade(service, url)
                for difference in differences(service, url):
                    print(f"{service.name}: {difference}")  # noqa: T201
                    status = 1
        finally:
            server.stop()
    return status


if __name__ == "__main__":
    sys.exit(main())
