"""`qiantai run`: everything on one machine, embedded or on real servers."""

from __future__ import annotations

import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qiantai.logs import log
from qiantai.servers.ports import free_port
from qiantai.servers.postgres import PrivatePostgres
from qiantai.services import API_PREFIXES, role_of
from qiantai.stopping import stop_when_told

from embedded import chain, console, demo, proxy
from embedded.connections import fit
from embedded.environment import without_secrets
from embedded.folder import held
from embedded.processes import Tree, refuse_bad_port, refuse_taken_port
from embedded.stage import Stage, edge_name, set_stage

_READY_SECONDS = 90.0
_HEADER_MILLISECONDS = "10000"
"""How long a caller may take for the headers of a request, and a connection may be idle."""
_GRANIAN = [
    *("granian", "--host", "127.0.0.1", "--http", "1", "--no-ws", "--no-access-log", "--log-level", "warning"),
    *("--workers-kill-timeout", "10", "--backlog", "4096", "--backpressure", "4096"),
]
_MODULES = {name: role_of(name) for name in API_PREFIXES}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What `make run` takes: PORT, VAR, BROKER, DATABASE."""

    port: int
    folder: Path
    broker: str | None = None
    database: str | None = None
    web: int = 1
    workers: int = 1
    demo: bool = True

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


def run(options: RunOptions) -> int:
    """Start everything, say where to look, and stay until Ctrl-C or SIGTERM. Raises CannotGoOn."""
    stop = stop_when_told()
    refuse_bad_port(os.environ)
    with held(options.folder, f"`qiantai run` at {options.address}"):
        refuse_taken_port(options.port)
        _run(options, stop)
    return 0


def _run(options: RunOptions, stop: threading.Event) -> None:
    postgres = None if options.database else PrivatePostgres(options.folder / "postgres")
    tree = Tree(options.folder / "logs")
    building = console.Building()

    def watch() -> None:
        tree.watch()
        if postgres is not None and (status := postgres.watch()) is not None:
            log.error("process_ended", process="postgres", status=status)

    try:
        _say("starting the database" if postgres else "preparing the database")
        admin_url = options.database or postgres.start().admin_url  # type: ignore[union-attr]
        _say("bringing the six schemas up to date")
        scanners = chain.write_scanners(options.folder)
        stage = set_stage(options.folder, admin_url, options.broker, scanners, own_database=options.database is None)
        if options.broker:
            from embedded.queues import prepare  # noqa: PLC0415 - the embedded run needs no broker client

            prepare(options.broker, stage.environment, edges=[edge_name(stage.environment)])
            pools = fit(admin_url, web=options.web, workers=options.workers)
            if pools.settings:
                _say(f"{pools.room} database connections for {pools.processes} processes: {pools.each} each")
                stage.environment.update(pools.settings)
        _say("starting web and workers")
        (_start_on_servers if options.broker else _start_embedded)(tree, stage, options)
        _wait_until_ready(options.address, tree.logs, watch, stop)
        if options.demo and not stop.is_set():
            demo.load(options.address, stage, say=_say)
        building.wait(stop)
        if not stop.is_set():
            _welcome(options.address, demo=options.demo)
        while not stop.wait(0.5):
            watch()
    finally:
        _say("stopping")
        building.end()
        tree.stop()
        if postgres is not None:
            postgres.stop()


def _start_embedded(tree: Tree, stage: Stage, options: RunOptions) -> None:
    tree.start("worker", ["embedded.worker"], stage.environment)
    tree.start(
        "web",
        [
            *(*_GRANIAN, "--http1-header-read-timeout", _HEADER_MILLISECONDS),
            *("--interface", "asgi", "--port", str(options.port), "embedded.web:app"),
        ],
        stage.environment,
    )


def _start_on_servers(tree: Tree, stage: Stage, options: RunOptions) -> None:
    ports: dict[str, list[int]] = {}
    for name, module in _MODULES.items():
        own = stage.of(name)
        for number in range(options.workers if name == "triage" else 1):
            tree.start(f"{name}-worker-{number}", [f"{module}.worker"], own)
        ports[name] = []
        for number in range(options.web):
            port = free_port()
            ports[name].append(port)
            interface = "asgi" if name == "device-gateway" else "wsgi"
            tree.start(
                f"{name}-web-{number}",
                [
                    *_GRANIAN,
                    "--interface",
                    interface,
                    "--port",
                    str(port),
                    *(["--blocking-threads", "8"] if interface == "wsgi" else []),
                    f"{module}.web:app",
                ],
                {**own, "QIANTAI_TRUSTED_PROXIES": "127.0.0.1"},
            )
    tree.start_command("edge", [str(Path(sys.executable).parent / "device-gateway"), "edge"], stage.of_edge())
    config = proxy.write_config(options.folder / "nginx", options.port, ports)
    tree.start_command(
        "proxy", [proxy.nginx_binary(), "-c", str(config), "-e", "stderr"], without_secrets(stage.environment)
    )


def _wait_until_ready(address: str, logs: Path, watch: Callable[[], None], stop: threading.Event) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    waiting = list(API_PREFIXES.values())
    while waiting and not stop.is_set():
        try:
            with urllib.request.urlopen(f"{address}{waiting[0]}/health", timeout=5):  # noqa: S310 - our own address
                waiting.pop(0)
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"{waiting[0]} does not answer ({error}); see {logs}") from error
            watch()
            stop.wait(0.1)


def _welcome(address: str, *, demo: bool) -> None:
    if demo:
        print(f"sign in with password {chain.PASSWORD}:")  # noqa: T201
        for staff, text in chain.SIGN_INS:
            print(f"  {staff:<12} {text}")  # noqa: T201
    print(f"ready {address}", flush=True)  # noqa: T201


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)  # noqa: T201
