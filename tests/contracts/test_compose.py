"""Compose: who reaches whom, and that nobody finds another one's passwords."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from qiantai.services import API_PREFIXES, role_of

FOLDER = Path(__file__).parents[2] / "deploy" / "compose"


def read(file: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FOLDER / file).read_text())
    return document


COMPOSE = read("compose.yaml")
SERVICES: dict[str, Any] = COMPOSE["services"]
OUTSIDE = {name for name, network in COMPOSE["networks"].items() if not network.get("internal")}


def networks(name: str) -> set[str]:
    return set(SERVICES[name]["networks"])


def test_nothing_is_published_but_the_proxy_on_the_loopback_address() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["proxy"]
    assert all(port.startswith("127.0.0.1:") for port in published["proxy"])


def test_the_edge_reaches_the_branch_and_of_ours_the_broker_alone() -> None:
    assert networks("edge") & OUTSIDE
    assert {name for name in SERVICES if name != "edge" and networks(name) & networks("edge")} == {"rabbitmq"}


def test_nobody_else_reaches_anything_outside() -> None:
    assert {name for name in SERVICES if networks(name) & OUTSIDE} == {"edge", "proxy"}


def test_a_collector_elsewhere_is_reached_by_every_service_and_by_no_server() -> None:
    more = read("collector.yaml")
    assert all(not (network or {}).get("internal") for network in more["networks"].values())
    assert set(more["services"]) == {f"{name}-{part}" for name in API_PREFIXES for part in ("web", "worker")}
    for service in more["services"].values():
        assert set(service["networks"]) == set(more["networks"]), "beside those that it has"


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ("setup", "seed")])
def test_everybody_finds_its_own_passwords_alone(name: str) -> None:
    found = set(re.findall(r"\b(\w+)_PASSWORD\b", str(SERVICES[name].get("environment", {}).values())))
    service = role_of(name.removesuffix("-web").removesuffix("-worker")).upper()
    own = {"postgres": {"POSTGRES"}, "rabbitmq": {"RABBITMQ"}, "proxy": set(), "edge": {"EDGE_BROKER"}}
    assert found == own.get(name, {f"{service}_DATABASE", f"{service}_BROKER"})


def test_secrets_that_are_there_stay_and_those_that_a_release_adds_come(tmp_path: Path) -> None:
    script = shutil.copy(FOLDER / "make-env.sh", tmp_path)
    file = tmp_path / ".env"
    file.write_text("RABBITMQ_PASSWORD=as before\nPORT=80")
    for _ in range(2):
        subprocess.run(["sh", script], check=True, capture_output=True)
    lines = dict(line.split("=", 1) for line in file.read_text().splitlines())
    assert (lines["RABBITMQ_PASSWORD"], lines["PORT"]) == ("as before", "80")
    wanted = set(re.findall(r"\$\{(\w+):\?", (FOLDER / "compose.yaml").read_text()))
    assert lines.keys() == wanted | {"PORT"}
    assert len(file.read_text().splitlines()) == len(lines)
    assert file.stat().st_mode & 0o077 == 0
