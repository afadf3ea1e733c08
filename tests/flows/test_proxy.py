"""The proxy: what it hands on, and what it writes down."""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from embedded import proxy
from embedded.processes import Tree
from qiantai.servers.ports import free_port
from qiantai.services import API_PREFIXES
from qiantai.testing.half_sent import HalfSent

ROOT = Path(__file__).parents[2]


class Service(http.server.BaseHTTPRequestHandler):
    """Stands for every service; `reached` are the requests that it got."""

    reached: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.reached.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(503 if "broken" in self.path else 200)
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - named by http.server

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def port(open_folder: Path) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Service.reached.clear()
    port = free_port()
    ports = {name: [server.server_port] for name in API_PREFIXES} | {"customer": [free_port()]}
    config = proxy.write_config(open_folder, port, ports)
    running = subprocess.Popen([proxy.nginx_binary(), "-c", str(config), "-e", str(open_folder / "error.log")])
    try:
        _wait(port)
        yield port
    finally:
        running.terminate()
        running.wait(20)
        server.shutdown()
        server.server_close()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            _get(port, "/api/triage/health")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx did not start")


def _get(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_half_a_request_reaches_no_service_and_ends(port: int) -> None:
    Service.reached.clear()
    slow = HalfSent(port)
    slow.open(25)
    try:
        began = time.monotonic()
        assert _get(port, "/api/triage/health") == 200
        assert time.monotonic() - began < 1.0
        assert slow.left_after(20) == []
        assert Service.reached == ["/api/triage/health"]
    finally:
        slow.close()


def test_what_was_looked_for_is_in_no_log(port: int, open_folder: Path) -> None:
    assert _get(port, "/api/customers/?q=13800138000") == 502  # nobody is there
    assert _get(port, "/api/triage/broken?name=wangxiaoming") == 503
    assert _get(port, "/api/triage/visits?name=wangxiaoming") == 200
    time.sleep(0.2)
    logs = {path.name: path.read_text() for path in open_folder.glob("*.log")}
    assert "502 GET /api/customers/ " in logs["failures.log"]
    assert "503 GET /api/triage/broken " in logs["failures.log"]
    for name, text in logs.items():
        assert "13800138000" not in text, name
        assert "wangxiaoming" not in text, name


def test_what_no_service_answers_is_a_problem_in_the_callers_language(port: int) -> None:
    titles = {
        "zh": ("服务暂时没有响应，请稍后再试。", "提交的内容超过了上限，请减少后重试。"),
        "en": ("The service does not answer; try again in a moment.", "This is too large; send less."),
    }
    for accepted, language in (
        ("zh-CN,zh;q=0.9", "zh"),
        ("", "en"),
        ("fr-FR, zh-CN;q=0.9, en;q=0.8", "zh"),
        ("ja,ZH", "zh"),
        ("de, en-GB;q=0.9, zh;q=0.8", "en"),
        ("en, fr, zh", "en"),
        ("zha, en", "en"),
        ("ja", "en"),
    ):
        away, large = titles[language]
        for data, status, code, title in (
            (None, 502, "bad-gateway", away),
            (b"x" * 1_100_000, 413, "request-entity-too-large", large),
        ):
            request = urllib.request.Request(f"http://127.0.0.1:{port}/api/customers/", data=data)
            request.add_header("Accept-Language", accepted)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=5)  # noqa: S310
            with refused.value as answer:
                told = json.load(answer)
                assert told == {"type": f"urn:qiantai:problem:{code}", "title": title, "status": status}
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (language, "Accept-Language")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_childs_log_and_files_are_private(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "logs")
    old = tmp_path / "logs" / "old.log"
    old.parent.mkdir()
    old.touch(0o644)
    tree.start_command("old", ["/bin/sh", "-c", f"echo said; echo kept > {tmp_path}/kept"], {})
    for _ in range(100):
        if (tmp_path / "kept").exists() and old.read_text():
            break
        time.sleep(0.05)
    tree.stop()
    assert {oct(path.stat().st_mode & 0o777) for path in (old, tmp_path / "kept")} == {"0o600"}


def test_the_ingress_keeps_no_access_log() -> None:
    values = yaml.safe_load((ROOT / "deploy/helm/qiantai/values.yaml").read_text())
    assert values["ingress"]["annotations"]["nginx.ingress.kubernetes.io/enable-access-log"] == "false"


@pytest.mark.parametrize(
    "lines",
    [proxy.LIMITS, proxy.LOGS, proxy.PROBLEMS, proxy.PROBLEM],
    ids=["limits", "logs", "problems", "problem"],
)
def test_the_served_proxy_has_the_same_limits_logs_and_problems(lines: str) -> None:
    served = (ROOT / "deploy/proxy/nginx.conf").read_text()
    assert lines.strip() in served
    assert "error_log stderr crit;" in served
    assert served.count("access_log ") == 1
