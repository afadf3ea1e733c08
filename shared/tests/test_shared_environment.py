"""What stands in the environment for something else, and what libraries say: nothing of it leads astray or shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pika
import pytest
from psycopg.conninfo import conninfo_to_dict
from qiantai.messaging.addresses import host_and_port
from qiantai.messaging.consumer import _connection
from qiantai.servers.ports import free_port
from qiantai.testing import example

TLS, PLAIN = 5671, 5672
_CONNECT = """
import psycopg
from qiantai.settings import settings_of
with psycopg.connect(settings_of("customer").database_url, connect_timeout=5) as connection:
    print(*connection.execute("SELECT current_user, current_database(), current_setting('search_path')").fetchone())
"""
_SPANS = """
import time
from qiantai.logs import configure_logs
from qiantai.telemetry import span, start_tracing
configure_logs("INFO")
start_tracing("billing")
until = time.monotonic() + 3
while time.monotonic() < until:
    with span("a span"):
        time.sleep(0.05)
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "QIANTAI_JWKS": "none", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("address", "port", "tls"),
    [
        ("amqps://u:p@broker/", TLS, True),
        ("amqp://u:p@broker/", PLAIN, False),
        ("amqps://u:p@broker:7000/", 7000, True),
    ],
)
def test_a_broker_without_a_port_is_on_the_port_of_its_scheme(address: str, port: int, *, tls: bool) -> None:
    assert host_and_port(address) == ("broker", port)
    publisher = pika.URLParameters(address)
    assert (publisher.port, publisher.ssl_options is not None) == (port, tls)
    consumer = _connection(address)
    given = {**consumer.transport.default_connection_params, **{k: v for k, v in consumer.info().items() if v}}
    assert (given["port"], bool(consumer.ssl)) == (port, tls)


def test_what_is_said_to_postgresql_clients_leads_no_service_astray(urls: dict[str, str], tmp_path: Path) -> None:
    url = urls[example.TELLER]
    own = conninfo_to_dict(url)
    foreign = {
        "PGHOST": "203.0.113.1",
        "PGHOSTADDR": "203.0.113.1",
        "PGPORT": "1",
        "PGUSER": "postgres",
        "PGPASSWORD": "of somebody else",
        "PGDATABASE": "template1",
        "PGSERVICE": "elsewhere",
        "PGSERVICEFILE": str(tmp_path / "none"),
        "PGOPTIONS": "-c search_path=elsewhere",
    }
    here, there = run(_CONNECT, QIANTAI_DATABASE_CUSTOMER=url), run(_CONNECT, QIANTAI_DATABASE_CUSTOMER=url, **foreign)
    assert (there.returncode, there.stdout) == (0, here.stdout), there.stderr
    assert here.stdout.split()[:2] == [own["user"], own["dbname"]]
    password = str(own["password"])
    without = run(_CONNECT, QIANTAI_DATABASE_CUSTOMER=url.replace(f":{password}@", "@"), PGPASSWORD=password)
    assert without.returncode != 0
    assert "no password supplied" in without.stderr
    assert password not in without.stderr


def test_traces_that_cannot_be_sent_are_told_rarely_in_a_line_and_without_a_password() -> None:
    done = run(
        _SPANS,
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://collector:hush@127.0.0.1:{free_port()}",
        OTEL_EXPORTER_OTLP_TIMEOUT="1",
        OTEL_BSP_SCHEDULE_DELAY="100",
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert 1 <= len(told) <= 3
    assert {(one["event"], one["library"].split(".")[0]) for one in told} == {("library_says", "opentelemetry")}
    assert "hush" not in done.stderr
