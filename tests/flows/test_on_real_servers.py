"""The same day on a real RabbitMQ and a real PostgreSQL: every service with its own processes, behind nginx."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from embedded.system import System
from qiantai.servers.postgres import PrivatePostgres


def test_the_tour_goes_well_with_two_of_each(
    systems: Callable[..., System], rabbitmq_url: str, open_folder: Path
) -> None:
    database = PrivatePostgres(open_folder / "postgres").start()
    try:
        system = systems(BROKER=rabbitmq_url, DATABASE=database.admin_url, WEB="2", WORKERS="2")
        system.start()
        done = system.command("tour")
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{system.logs()}"
        parked = system.command("parked", "list")
        assert (parked.returncode, parked.stdout) == (0, ""), parked.stdout + parked.stderr
        assert system.stop() == 0
    finally:
        database.stop()
