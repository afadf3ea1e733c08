"""The command `qiantai`: run the system, take the tour, look after parked messages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from embedded.parked import parked_command

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(parked_command, name="parked")

Port = Annotated[int, typer.Option(envvar="PORT", help="port of the one address")]
Folder = Annotated[Path, typer.Option("--var", envvar="VAR", help="folder of data, keys and logs")]


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
        broker=broker or None,
        database=database or None,
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

    try:
        setup.migrate(folder.resolve(), database or None, broker or None, say=_say)
    except setup.CannotGoOn as error:
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

    try:
        setup.seed(folder.resolve(), _address(port), say=_say)
    except setup.CannotGoOn as error:
        raise SystemExit(f"cannot go on: {error}") from error


def _address(port: int) -> str:
    return os.environ.get("ADDRESS", f"http://127.0.0.1:{port}")


def _say(text: str) -> None:
    typer.echo(f"… {text}", err=True)


if __name__ == "__main__":
    app()
