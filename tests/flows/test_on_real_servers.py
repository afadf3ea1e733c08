"""The same day on a real RabbitMQ and a real PostgreSQL: every service with its own processes, behind nginx."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from browser_harness.day import a_day
from browser_harness.day.people import People
from browser_harness.hands.mouse import MouseHand
from embedded.system import System
from playwright.sync_api import Browser
from qiantai.servers.ports import free_port
from qiantai.servers.postgres import PrivatePostgres
from qiantai.servers.rabbitmq import PrivateRabbit
from qiantai.services import API_PREFIXES, role_of


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PrivateRabbit, str]]:
    """A node whose management API can make users, and that API's address."""
    port = free_port()
    config = f"management.tcp.port = {port}\nmanagement.tcp.ip = 127.0.0.1\n"
    folder = tmp_path_factory.mktemp("servers") / "rabbit"
    node = PrivateRabbit(folder, plugins="rabbitmq_management", extra_config=config)
    try:
        yield node.start(), f"http://guest:guest@127.0.0.1:{port}"
    finally:
        node.stop()


@pytest.fixture(scope="module")
def system(systems: Callable[..., System], rabbit: tuple[PrivateRabbit, str]) -> Iterator[System]:
    """Two of each behind the proxy."""
    node, management = rabbit
    with TemporaryDirectory(prefix="qiantai-folder-") as folder:
        database = PrivatePostgres(Path(folder) / "postgres").start()
        try:
            made = systems(
                BROKER=node.url, DATABASE=database.admin_url, WEB="2", WORKERS="2", QIANTAI_MANAGEMENT=management
            )
            made.start()
            yield made
            assert made.stop() == 0
        finally:
            database.stop()


def test_the_tour_goes_well_with_two_of_each(system: System, rabbit: tuple[PrivateRabbit, str]) -> None:
    done = system.command("tour")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{system.logs()}"
    nothing_is_parked(system)
    everybody_keeps_to_its_own(system, rabbit[0])


def test_a_day_by_hand_behind_the_proxy(system: System, browser: Browser) -> None:
    with People(browser, system.address, system.folder, MouseHand, "en") as people:
        a_day(people)
    nothing_is_parked(system)


def nothing_is_parked(system: System) -> None:
    parked = system.command("parked", "list")
    assert (parked.returncode, parked.stdout) == (0, ""), parked.stdout + parked.stderr


def everybody_keeps_to_its_own(system: System, node: PrivateRabbit) -> None:
    """Each has a user of its own at the broker; no process finds in its environment what opens another one's data."""
    users = {*API_PREFIXES, "edge-main"}
    lines = node.ctl("list_connections", "user").split()
    assert set(lines) - {"user"} == users
    kept = json.loads((system.folder / "secrets.json").read_text())
    own = {name: [kept[f"broker:{name}"], kept.get(f"database:{name}", "")] for name in users}
    assert system.process is not None
    seen = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(re.sub(r"\(.*\)", "", (place / "stat").read_text()).split()[2])
            words = (place / "cmdline").read_text().split("\0")
            environment = (place / "environ").read_text()
        except OSError:
            continue
        if parent != system.process.pid:
            continue
        [name] = [one for one in API_PREFIXES if any(word.startswith(f"{role_of(one)}.") for word in words)] or [
            "edge-main" if "edge" in words else "proxy"
        ]
        seen.add(name)
        for one, passwords in own.items():
            for password in filter(None, passwords):
                assert (password in environment) is (one == name), f"{name} and {one}"
        assert kept["admin"] not in environment
        assert not any(text in environment for text in (node.url, "QIANTAI_MANAGEMENT=", "\0DATABASE="))
    assert seen == {*users, "proxy"}
