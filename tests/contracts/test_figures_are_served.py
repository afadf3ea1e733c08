"""Figures: names in the documents are those that are served; each process has a port; nothing publishes them."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import device_gateway.edge.signs
import device_gateway.streams.stream
import pytest
from embedded.processes import Tree
from embedded.proxy import write_config
from embedded.services import all_services
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase
from qiantai import metrics
from qiantai.servers.ports import free_port

ROOT = Path(__file__).parents[2]
MENTIONED = re.compile(r"\b(qiantai_[a-z0-9_]*[a-z0-9])(?:\{([^}]*)\})?")
OWNERS = (metrics, device_gateway.edge.signs, device_gateway.streams.stream)
"""Who has figures; the services import them."""
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def served() -> dict[str, set[str]]:
    """Return the labels of each name that a process serves."""
    assert all_services()
    found: dict[str, set[str]] = {}
    for collector in set(REGISTRY._names_to_collectors.values()):
        if isinstance(collector, MetricWrapperBase) and collector._name.startswith("qiantai_"):
            for suffix in SUFFIXES[collector._type]:
                labels = {*collector._labelnames, *(["le"] if suffix == "_bucket" else [])}
                found[collector._name + suffix] = labels
    return found


def documents() -> Iterator[Path]:
    yield from (ROOT / "docs").rglob("*.md")
    yield from (ROOT / "services").glob("*/README.md")
    yield from (
        path for path in (ROOT / "deploy").rglob("*") if path.suffix in {".yaml", ".yml", ".json", ".md", ".txt"}
    )


def test_every_figure_in_the_documents_is_served_with_its_labels() -> None:
    here, mentioned = served(), set()
    for path in documents():
        for name, labels in MENTIONED.findall(path.read_text(encoding="utf-8")):
            mentioned.add(name)
            assert name in here, f"{path.relative_to(ROOT)}: {name} is served by nobody"
            assert set(re.findall(r"(\w+)\s*[=!~]", labels)) <= here[name], f"{path.relative_to(ROOT)}: {name}"
    assert len(mentioned) >= 6


def test_each_process_of_a_run_has_a_port_of_its_own(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    try:
        for name in ("one", "two", "three"):
            tree.start_command(name, ["sleep", "30"], {"PATH": "/usr/bin:/bin", "QIANTAI_METRICS_PORT": "9100"})
        assert [child.environment["QIANTAI_METRICS_PORT"] for child in tree.children] == ["9100", "9101", "9102"]
    finally:
        tree.stop()


def _serving(port: int) -> subprocess.Popen[str]:
    code = (
        "import sys\nfrom qiantai import metrics\nfrom qiantai.logs import configure_logs\n"
        f"configure_logs('INFO')\nmetrics.serve({port}, '127.0.0.1')\nprint('goes on', flush=True)\nsys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], text=True, stdin=pipe, stdout=pipe, stderr=pipe)


def test_figures_are_served_on_their_port() -> None:
    port = free_port()
    with _serving(port) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "goes on\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            assert b"# TYPE qiantai_messages_consumed_total counter" in answer.read()
        process.communicate()


@pytest.mark.parametrize("taken", [True, False])
def test_a_process_whose_port_cannot_be_had_says_so_and_goes_on(*, taken: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1] if taken else 70_000
        with _serving(port) as process:
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "goes on\n")
    [line] = err.splitlines()
    assert {**json.loads(line), "timestamp": "", "error": ""} == {
        "event": "metrics_not_served",
        "host": "127.0.0.1",
        "port": port,
        "level": "warning",
        "timestamp": "",
        "error": "",
    }


@pytest.mark.parametrize("port", ["70000", "65500", "many", "-1"])
def test_a_run_refuses_what_is_no_port_before_it_starts_anything(tmp_path: Path, port: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "embedded.cli", "run"],
        env={"PATH": "/usr/bin:/bin", "VAR": str(tmp_path / "var"), "QIANTAI_METRICS_PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert f"cannot go on: QIANTAI_METRICS_PORT={port} is no port" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "var").exists()


def test_no_proxy_leads_to_the_figures(tmp_path: Path) -> None:
    written = write_config(tmp_path, 8000, {name: [9001] for name in ("device-gateway", "customer")})
    ingress = ROOT / "deploy/helm/qiantai/templates/ingress.yaml"
    for path in (written, ROOT / "deploy/proxy/nginx.conf", ingress):
        assert not re.search(r"metrics|9100", path.read_text()), path
    service = re.compile(r"^kind: Service\n.*?(?=^---|\Z)", re.MULTILINE | re.DOTALL)
    for path in (ROOT / "deploy/helm/qiantai/templates").glob("*.yaml"):
        for text in service.findall(path.read_text()):
            assert "metrics" not in text, path
