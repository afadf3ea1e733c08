"""The command `device-gateway`: beside web, worker and migrations the edge, the virtual scanner and the first account."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from device_gateway.bootstrap import service
from device_gateway.edge.runner import run_edge
from device_gateway.edge.settings import edge_settings
from device_gateway.edge.virtual import NobodyReads, VirtualScanner
from qiantai.cli import service_command

app = service_command(service)


@app.command()
def edge(
    refresh: Annotated[bool, typer.Option(help="Have all cards and appointments told again.")] = False,  # noqa: FBT002 - typer
) -> None:
    """Run the edge: scanners, spool and uplink; needs no database server."""
    run_edge(edge_settings(), refresh=refresh)


@app.command()
def scan(
    codes: Annotated[list[str], typer.Argument(help="Codes to read, in this order.")],
    port: Annotated[Path, typer.Option(help="Where the edge looks for the scanner.")],
    every: Annotated[float, typer.Option(help="Seconds between two reads.")] = 0.0,
) -> None:
    """Play reads: a virtual scanner appears at PORT, reads the codes and goes away."""
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
