"""Servers for tests: a URL from the environment, Docker through testcontainers, or a private one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from qiantai.servers.postgres import PrivatePostgres


@cache
def docker_answers() -> bool:
    """Say whether a Docker engine answers."""
    try:
        done = subprocess.run(["docker", "info"], capture_output=True, timeout=10, check=False)  # noqa: S607
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Give an administrator's URL of a PostgreSQL for the time of the tests."""
    given = os.environ.get("QIANTAI_TEST_DATABASE")
    if given:
        yield given
    elif docker_answers():
        from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415

        with PostgresContainer("postgres:18", driver=None) as container:
            yield container.get_connection_url()
    else:
        server = PrivatePostgres(folder, fast=True).start()
        try:
            yield server.admin_url
        finally:
            server.stop()


@contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """Give the URL of a RabbitMQ for the time of the tests."""
    given = os.environ.get("QIANTAI_TEST_BROKER")
    if given:
        yield given
    elif docker_answers():
        from testcontainers.community.rabbitmq import RabbitMqContainer  # noqa: PLC0415

        with RabbitMqContainer("rabbitmq:3.13") as container:
            parameters = container.get_connection_params()
            yield f"amqp://guest:guest@{parameters.host}:{parameters.port}/"
    else:
        from qiantai.servers.rabbitmq import PrivateRabbit  # noqa: PLC0415

        broker = PrivateRabbit(folder).start()
        try:
            yield broker.url
        finally:
            broker.stop()
