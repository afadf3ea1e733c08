"""`qiantai parked`: messages that need a person, over all services, on either bus."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from qiantai.messaging.parking import ParkedMessage, Parking, QueueParking, TableParking
from qiantai.services import API_PREFIXES
from qiantai.settings import settings_of

from embedded.environment import read_environment

parked_command = typer.Typer(no_args_is_help=True, help="Messages that need a person.")

Folder = Annotated[Path, typer.Option("--var", envvar="VAR", help="folder of the run")]
OneService = Annotated[str | None, typer.Option("--service", help="only this service, or group: triage.sh-01")]


def parkings(folder: Path, group: str | None = None) -> Iterator[tuple[str, Parking]]:
    """Yield the parking place of one group or of every service, as the environment or the run's folder tells."""
    os.environ.update({**read_environment(folder), **os.environ})
    for one in (group,) if group else API_PREFIXES:
        settings = settings_of(service_of(one))
        broker = settings.broker_url
        yield one, QueueParking(broker, one) if broker else TableParking(settings.database_url)


def service_of(group: str) -> str:
    """Return the service of a consumer group: `triage.sh-01` is a branch's part of triage."""
    name = group.split(".", 1)[0]
    if name not in API_PREFIXES:
        raise typer.BadParameter(f"no service {name}; there are {', '.join(API_PREFIXES)}")
    return name


@parked_command.command("list")
def list_(service: OneService = None, folder: Folder = Path("var")) -> None:
    """List what is parked: service, message id, type, reason."""
    for name, parking in parkings(folder, service):
        for message in parking.list():
            typer.echo(f"{name}\t{message.message_id}\t{message.type}\t{message.reason}")


@parked_command.command()
def show(message_id: str, folder: Folder = Path("var")) -> None:
    """Show one parked message whole; with the personal data that it holds."""
    for name, message in _all(folder):
        if message.message_id == message_id:
            typer.echo(f"service: {name}\nreason: {message.reason}")
            typer.echo(_pretty(message.body))
            return
    raise typer.BadParameter(f"nothing is parked under {message_id}")


@parked_command.command()
def replay(
    message_ids: Annotated[list[str] | None, typer.Argument(help="message ids")] = None,
    every: Annotated[bool, typer.Option("--all", help="everything that is parked")] = False,
    service: OneService = None,
    folder: Folder = Path("var"),
) -> None:
    """Send parked messages back to their service; doing it twice has one effect."""
    if not every and not message_ids:
        raise typer.BadParameter("name message ids, or --all")
    count = 0
    for _, parking in parkings(folder, service):
        wanted = [message.message_id for message in parking.list()] if every else list(message_ids or ())
        count += parking.replay(wanted) if wanted else 0
    typer.echo(f"replayed {count}")


def _all(folder: Path) -> Iterator[tuple[str, ParkedMessage]]:
    for name, parking in parkings(folder):
        for message in parking.list():
            yield name, message


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return repr(body)
