"""The command `qiantai`: run the system, take the tour, look after parked messages."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from embedded.parked import parked_command

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(parked_command, name="parked")

_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")

Port = Annotated[int, typer.Option(envvar="PORT", help="port of the one address")]
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
    raise typer.Exit(run(options))


@app.command()
def tour(port: Port = 8000, folder: Folder = Path("var")) -> None:
    """Play a day at the desk against the running system and check every step."""
    from embedded.tour import tour

    raise typer.Exit(tour(_address(port), folder.resolve()))


@app.command()
def migrate(
    folder: Folder = Path("var"),
    broker: Annotated[str, typer.Option(envvar="BROKER", help="amqp://…; its queues are declared")] = "",
    database: Annotated[str, typer.Option(envvar="DATABASE", help="postgresql://… of an administrator")] = "",
) -> None:
    """Make roles, schemas, keys and queues where they are missing, and stop."""
    from embedded import setup

    with _mending():
        setup.migrate(folder.resolve(), _named("DATABASE", database), _named("BROKER", broker), say=_say)


@app.command()
def queues(
    broker: Annotated[str, typer.Option(envvar="BROKER", help="amqp://… of a user who may declare")] = "",
    edge: Annotated[list[str] | None, typer.Option(help="name of an edge")] = None,
    group: Annotated[list[str] | None, typer.Option(help="a service's part for some branches: triage.sh-01")] = None,
) -> None:
    """Declare every queue; with QIANTAI_MANAGEMENT=http://… say which have too few members (exit status 1)."""
    from embedded import queues

    with _mending():
        url = _named("BROKER", broker)
        if url:
            queues.declare(url, edge or (), group or ())
    management = os.environ.get("QIANTAI_MANAGEMENT")
    faults = queues.too_few_members(management) if management else []
    for fault in faults:
        typer.echo(fault)
    if faults:
        typer.echo("grow them: rabbitmq-queues grow rabbit@NODE all, for each node", err=True)
        raise typer.Exit(1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="where to write it")],
    folder: Folder = Path("var"),
    database: Annotated[str, typer.Option(envvar="DATABASE", help="postgresql://… of an administrator")] = "",
) -> None:
    """Write all data of one instant, the roles and the folder's secrets into one file; beside a running system."""
    from embedded import backup, setup

    with _mending(backup.NotRestored), setup.database_of(folder.resolve(), _named("DATABASE", database)) as url:
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

    with _mending(backup.NotRestored), setup.database_of(folder.resolve(), _named("DATABASE", database)) as url:
        again = backup.restore(url, folder.resolve(), file.resolve(), setup.given_passwords(), hours=hours)
    typer.echo(f"restored {file}; {again} events are told again when the workers start")


@contextmanager
def _mending(*more: type[Exception]) -> Iterator[None]:
    """End with one line where a person must mend something first."""
    from qiantai.storage.roles import RoleTaken

    from embedded.setup import CannotGoOn

    mine: tuple[type[Exception], ...] = (CannotGoOn, RoleTaken, *more)
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
