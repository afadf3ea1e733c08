"""The command `qiantai`: run the system, take the tour, look after parked messages."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from qiantai.cli import Commands

from embedded.parked import parked_command

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(parked_command, name="parked")

_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")

Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="port of the one address")]
Broker = Annotated[str, typer.Option(envvar="BROKER", help="amqp://… of a user who may declare")]
Edges = Annotated[list[str] | None, typer.Option("--edge", envvar="QIANTAI_EDGES", help="name of an edge")]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", envvar="QIANTAI_GROUPS", help="a service's part for some branches: triage.sh-01"),
]
Folder = Annotated[Path, typer.Option("--var", envvar="VAR", help="folder of data, keys and logs")]


@app.callback()
def main() -> None:
    """Qiantai 前台: front desk software for clinic chains."""
    for given in sys.argv[1:]:
        if _PASSWORD.search(given):
            raise SystemExit("a password on the command line shows in ps: set it in the environment, or name a file")


def _named(variable: str, given: str) -> str | None:
    """Return a setting as it was given, or what the file holds that `<variable>_FILE` names."""
    path = os.environ.get(f"{variable}_FILE")
    return given or (Path(path).read_text(encoding="utf-8").strip() if path else None)


@app.command()
def run(
    port: Port = 8000,
    folder: Folder = Path("var"),
    broker: Annotated[str, typer.Option(envvar="BROKER", help="amqp://… of a RabbitMQ; embedded bus without")] = "",
    database: Annotated[str, typer.Option(envvar="DATABASE", help="postgresql://… of an administrator")] = "",
    web: Annotated[int, typer.Option(envvar="WEB", help="web processes of each service on real servers")] = 1,
    workers: Annotated[int, typer.Option(envvar="WORKERS", help="triage workers on real servers")] = 1,
    demo: Annotated[bool, typer.Option(help="load the demo chain once")] = True,
) -> None:
    """Run everything on this machine until Ctrl-C."""
    from embedded.run import RunOptions, run

    options = RunOptions(
        port=port,
        folder=folder.resolve(),
        broker=_named("BROKER", broker),
        database=_named("DATABASE", database),
        web=web,
        workers=workers,
        demo=demo,
    )
    with _mending():
        status = run(options)
    raise typer.Exit(status)


@app.command()
def tour(port: Port = 8000, folder: Folder = Path("var")) -> None:
    """Play a day at the desk against the running system and check every step."""
    from embedded.client import look_for
    from embedded.tour import tour

    with _mending():
        look_for(_address(port))
    raise typer.Exit(tour(_address(port), folder.resolve()))


@app.command()
def migrate(
    folder: Folder = Path("var"),
    broker: Broker = "",
    database: Annotated[str, typer.Option(envvar="DATABASE", help="postgresql://… of an administrator")] = "",
    edge: Edges = None,
    group: Groups = None,
) -> None:
    """Make roles, schemas, keys, queues and the broker's users where they are missing, and stop."""
    from embedded import setup

    with _mending():
        setup.migrate(
            folder.resolve(),
            _named("DATABASE", database),
            _named("BROKER", broker),
            say=_say,
            edges=edge or (),
            groups=group or (),
        )


@app.command()
def queues(
    broker: Broker = "",
    edge: Edges = None,
    group: Groups = None,
    forget_old_exchange: Annotated[
        bool, typer.Option(help="take away the exchange of the release before, when nobody publishes to it")
    ] = False,
    listen: Annotated[float, typer.Option(help="seconds to listen whether somebody does")] = 60.0,
) -> None:
    """Declare every queue; with QIANTAI_MANAGEMENT=http://… say which have too few members (exit status 1)."""
    from qiantai.messaging.old_exchange import StillUsed
    from qiantai.messaging.old_exchange import forget_old_exchange as forget

    from embedded import queues
    from embedded.broker_users import MANAGEMENT

    with _mending(StillUsed):
        url = _named("BROKER", broker)
        if url:
            queues.declare(url, queues.every_edge(edge or (), os.environ), group or ())
        if url and forget_old_exchange:
            _say(f"listening for {listen:g} s whether somebody publishes as the release before")
            forget(url, listen)
        management = os.environ.get(MANAGEMENT)
        faults = queues.too_few_members(management) if management else []
    for fault in faults:
        typer.echo(fault)
    if faults:
        typer.echo("grow them: rabbitmq-queues grow rabbit@NODE all, for each node", err=True)
        raise typer.Exit(1)


@app.command()
def broker_users(broker: Broker = "") -> None:
    """Print the users of QIANTAI_BROKER_<SERVICE> and QIANTAI_BROKER_EDGES for `rabbitmqctl import_definitions`.

    With QIANTAI_MANAGEMENT=http://… they are made there instead.
    """
    from embedded import broker_users, management

    with _mending():
        users = broker_users.definitions(broker_users.given_urls(os.environ), _named("BROKER", broker))
        url = os.environ.get(broker_users.MANAGEMENT)
        if url:
            management.take_over(url, users)
    if url:
        typer.echo(f"made {', '.join(one['name'] for one in users['users'])}")
    else:
        typer.echo(json.dumps(users, indent=1))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="where to write it")],
    folder: Folder = Path("var"),
    database: Annotated[str, typer.Option(envvar="DATABASE", help="postgresql://… of an administrator")] = "",
) -> None:
    """Write all data of one instant, the roles and the folder's secrets into one file; beside a running system."""
    from embedded import backup, setup

    with _mending(), setup.database_of(folder.resolve(), _named("DATABASE", database)) as url:
        backup.back_up(url, folder.resolve(), file.resolve())
    typer.echo(f"wrote {file}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a file of `qiantai backup`")],
    folder: Folder = Path("var"),
    database: Annotated[str, typer.Option(envvar="DATABASE", help="postgresql://… of an administrator")] = "",
    hours: Annotated[int, typer.Option(help="events told so shortly before the backup are told again")] = 48,
) -> None:
    """Put a backup into an empty database; events that were in queues are told again."""
    from embedded import backup, setup

    with (
        _mending(),
        backup.unpacked(file.resolve()) as place,
        setup.database_alone(folder.resolve(), _named("DATABASE", database), "`qiantai restore`") as url,
    ):
        again = backup.restore(url, folder.resolve(), place, setup.given_passwords(), hours=hours)
    typer.echo(f"restored {file}; {again} events are told again when the workers start")


@contextmanager
def _mending(*more: type[Exception]) -> Iterator[None]:
    """End with one line where a person must mend something first."""
    from qiantai.servers.postgres import PostgresUnavailable
    from qiantai.storage.pooler import SharedSessions
    from qiantai.storage.roles import RoleTaken

    from embedded.errors import CannotGoOn

    mine: tuple[type[Exception], ...] = (CannotGoOn, PostgresUnavailable, RoleTaken, SharedSessions, *more)
    try:
        yield
    except mine as error:
        raise SystemExit(f"cannot go on: {error}") from error


@app.command()
def keys(folder: Folder = Path("var")) -> None:
    """Make the signing key and its public key set where they are missing."""
    from embedded.stage import signing_key

    folder.mkdir(parents=True, exist_ok=True)
    for path in signing_key(folder.resolve()):
        typer.echo(path)


@app.command()
def seed(port: Port = 8000, folder: Folder = Path("var")) -> None:
    """Load the demo chain into the running system, where it is not there yet."""
    from embedded import setup

    with _mending():
        setup.seed(folder.resolve(), _address(port), say=_say)


def _address(port: int) -> str:
    return os.environ.get("ADDRESS", f"http://127.0.0.1:{port}")


def _say(text: str) -> None:
    typer.echo(f"… {text}", err=True)


if __name__ == "__main__":
    app()
