"""The command `device-gateway`: beside worker and migrations the edge, the virtual scanner, the first account."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from qiantai.cli import service_command

if TYPE_CHECKING:
    from qiantai.service import Service


def _service() -> Service:
    from device_gateway.bootstrap import service

    return service()


app = service_command(_service)


@app.command()
def edge(
    refresh: Annotated[bool, typer.Option(help="Have all cards and appointments told again.")] = False,  # noqa: FBT002 - typer
) -> None:
    """Run the edge: scanners, spool and uplink; needs no database server."""
    from device_gateway.edge.runner import run_edge
    from device_gateway.edge.settings import edge_settings

    run_edge(edge_settings(), refresh=refresh)


@app.command()
def scan(
    codes: Annotated[list[str], typer.Argument(help="Codes to read, in this order.")],
    port: Annotated[Path, typer.Option(help="Where the edge looks for the scanner.")],
    every: Annotated[float, typer.Option(help="Seconds between two reads.")] = 0.0,
) -> None:
    """Play reads: a virtual scanner appears at PORT, reads the codes and goes away."""
    from device_gateway.edge.virtual import NobodyReads, VirtualScanner

    try:
        with VirtualScanner(port) as scanner:
            for place, code in enumerate(codes):
                if place and every:
                    time.sleep(every)
                scanner.send(code)
            scanner.drain()
    except NobodyReads as error:
        typer.echo(f"{port}: {NobodyReads.__doc__}", err=True)
        raise typer.Exit(1) from error


@app.command()
def admin(
    staff: Annotated[str, typer.Option(help="Name to sign in with.")],
    name: Annotated[str, typer.Option(help="Name for people.")],
) -> None:
    """Make the first account (head office and IT, every branch); its password comes from QIANTAI_ADMIN_PASSWORD."""
    from qiantai import clock
    from qiantai.actors import EVERYWHERE, Actor
    from qiantai.outbox.wake import Waker
    from qiantai.settings import settings_of
    from qiantai.storage.engine import engine_for
    from qiantai.storage.unit_of_work import transaction
    from qiantai.uow import Context

    from device_gateway.domain.errors import WeakPassword
    from device_gateway.storage.unit_of_work import GatewayUnitOfWork
    from device_gateway.usecases.door import PutStaff, put_staff

    password = os.environ.get("QIANTAI_ADMIN_PASSWORD", "")
    url = settings_of("device-gateway").database_url
    roles, everywhere = ("head_office", "it"), frozenset({EVERYWHERE})
    operator = Actor(id="command-line", name="command line", roles=frozenset(roles), branches=everywhere)
    with transaction(engine_for(url, pool=1), GatewayUnitOfWork, Context(actor=operator, now=clock.now())) as uow:
        before = uow.staff.lock(staff)
        command = PutStaff(
            staff=staff,
            name=name,
            roles=roles,
            branches=(EVERYWHERE,),
            active=True,
            password=password,
            lasting=True,
            version=before.version if before else None,
        )
        try:
            account = put_staff(command, uow)
        except WeakPassword as error:
            raise typer.BadParameter(f"QIANTAI_ADMIN_PASSWORD: {error.fields['password']}") from error
    Waker(url, "device-gateway").wake_now()
    typer.echo(f"{account.id}: {', '.join(account.roles)}")
