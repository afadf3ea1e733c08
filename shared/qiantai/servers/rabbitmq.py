"""A private RabbitMQ node from Debian's package: own ports, own Erlang port mapper, loopback only."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from qiantai.servers.parents import ends_with_parent
from qiantai.servers.ports import free_port

_BIN = Path("/usr/lib/rabbitmq/bin")
_START_SECONDS = 90.0


class RabbitUnavailable(RuntimeError):
    """The private RabbitMQ cannot be started."""


def installed() -> bool:
    """Say whether Debian's rabbitmq-server is there."""
    return (_BIN / "rabbitmq-server").exists()


@dataclass
class PrivateRabbit:
    """One node below `folder`; `kill` is a power cut, `start` after it comes back with what was confirmed."""

    folder: Path
    port: int = 0
    extra_config: str = ""
    plugins: str = ""
    name: str = field(default_factory=lambda: f"q{secrets.token_hex(4)}")
    cookie: str = field(default_factory=lambda: secrets.token_hex(12).upper())
    joins: PrivateRabbit | None = None
    """The running node whose cluster it is a part of; it uses that node's port mapper."""
    port_mapper: int = 0
    _dist_port: int = 0
    _epmd: subprocess.Popen[bytes] | None = None
    _server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """AMQP URL of the node."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> Self:
        """Start the node and wait until it takes connections."""
        self.launch()
        self.wait()
        return self

    def launch(self) -> None:
        """Start the node, from a thread that lives as long as the node: it ends with that."""
        if not installed():
            raise RabbitUnavailable(
                "install rabbitmq-server (make test does it as root on Debian) or set QIANTAI_TEST_BROKER"
            )
        self.reserve()
        self.port_mapper = self.port_mapper or (self.joins.port_mapper if self.joins else free_port())
        self._dist_port = self._dist_port or free_port()
        environment = self._lay_out()
        if self._epmd is None and self.joins is None:
            self._epmd = subprocess.Popen(
                ["epmd", "-port", str(self.port_mapper), "-address", "127.0.0.1"],  # noqa: S607
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - prctl only
            )
        with (self.folder / "node.log").open("ab") as log:
            self._server = subprocess.Popen(
                [str(_BIN / "rabbitmq-server")],
                env=environment,
                start_new_session=True,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - prctl only
            )

    def reserve(self) -> None:
        """Choose the port, where the address is needed before the node starts."""
        self.port = self.port or free_port()

    def beside(self, folder: Path) -> PrivateRabbit:
        """Return another node, which joins this one's cluster when it starts."""
        return PrivateRabbit(
            folder, extra_config=self.extra_config, plugins=self.plugins, cookie=self.cookie, joins=self
        )

    def kill(self) -> None:
        """End the node with -9, beam and all."""
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait(10)
            self._server = None

    def elect(self) -> None:
        """Make quorum queues without a leader choose one, as an operator must after some power cuts of a single node.

        RabbitMQ 3.x leaves a queue without a leader now and then (rabbitmq-server issue 10070).
        """
        self.ctl(
            "eval",
            "[case ra:members({element(1, amqqueue:get_pid(Q)), node()}, 5000) of {ok, _, _} -> ok;"
            " _ -> ra:trigger_election({element(1, amqqueue:get_pid(Q)), node()}) end"
            " || Q <- rabbit_amqqueue:list(), amqqueue:get_type(Q) =:= rabbit_quorum_queue].",
        )

    def freeze(self) -> None:
        """Stop the node's processes; sockets stay open and nothing answers."""
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen node go on."""
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End the node and its port mapper; the folder can go afterwards."""
        self.thaw()
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait(10)
            self._epmd = None

    @property
    def node(self) -> str:
        """The name by which the cluster knows it."""
        return f"{self.name}@localhost"

    def ctl(self, *arguments: str, tool: str = "rabbitmqctl") -> str:
        """Run rabbitmqctl, or another one of its tools, against the node and return what it prints."""
        done = subprocess.run(
            [str(_BIN / tool), "-q", "-n", self.node, *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RabbitUnavailable(f"{tool} {' '.join(arguments)}: {done.stderr or done.stdout}")
        return done.stdout

    def _lay_out(self) -> dict[str, str]:
        for part in ("home", "db", "log", "pl", "config"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text(f"[{self.plugins}].\n")
        (self.folder / "env.conf").write_text("")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1=127.0.0.1:{self.port}\nvm_memory_high_watermark.absolute=512MiB\n"
            f"disk_free_limit.absolute=50MB\n{self._peers()}{self.extra_config}"
        )
        cookie = self.folder / "home" / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self.cookie)
            cookie.chmod(0o400)
        return self._environment()

    def _peers(self) -> str:
        if self.joins is None:
            return ""
        prefix = "cluster_formation"
        return (
            f"{prefix}.peer_discovery_backend=classic_config\n"
            f"{prefix}.classic_config.nodes.1={self.joins.node}\n{prefix}.classic_config.nodes.2={self.node}\n"
            f"{prefix}.randomized_startup_delay_range.min=0\n{prefix}.randomized_startup_delay_range.max=0\n"
        )

    def _environment(self) -> dict[str, str]:
        folder = self.folder
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(folder / "home"),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "db"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "env.conf"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_PLUGINS_EXPAND_DIR": str(folder / "pl"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(folder / "db" / "ff"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "config"),
            "ERL_EPMD_PORT": str(self.port_mapper),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CTL_DIST_PORT_MIN": str(self._dist_port + 1),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(self._dist_port + 9),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +A 8",
        }

    def wait(self) -> None:
        """Wait until the node takes connections."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._server is not None and self._server.poll() is not None:
                raise RabbitUnavailable(f"the node ended:\n{(self.folder / 'node.log').read_text()[-2000:]}")
            if _speaks_amqp(self.port):
                return
            time.sleep(0.2)
        self.stop()
        tail = (self.folder / "node.log").read_text()[-2000:]
        raise RabbitUnavailable(f"no answer in {_START_SECONDS:.0f} s:\n{tail}")


def _speaks_amqp(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as connection:
            connection.settimeout(2.0)
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


def remove(folder: Path) -> None:
    """Remove a node's folder."""
    shutil.rmtree(folder, ignore_errors=True)
