"""The command `triage`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from qiantai import clock
from qiantai.actors import service_actor
from qiantai.cli import service_command
from qiantai.settings import settings_of
from qiantai.storage.database import engine_for
from qiantai.storage.unit_of_work import transaction
from qiantai.uow import Context

from triage.bootstrap import service
from triage.script.command import replay_command
from triage.storage.unit_of_work import TriageUnitOfWork
from triage.usecases.ledger import export_day, verify_day

app = service_command(service)

Branch = Annotated[str, typer.Option(help="branch code")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="business day")]


@app.command()
def replay(scripts: Annotated[list[Path], typer.Argument(help="day scripts")]) -> None:
    """Replay day scripts without a database: one decision a line."""
    raise typer.Exit(replay_command(scripts))


@app.command("export-day")
def export(branch: Branch, day: Day) -> None:
    """Print a day of the live ledger as a day script."""
    engine = engine_for(settings_of("triage").database_url, pool=1)
    with transaction(engine, TriageUnitOfWork, Context(actor=service_actor("triage"), now=clock.now())) as uow:
        typer.echo(json.dumps(export_day(branch, day.date(), uow), ensure_ascii=False))


@app.command()
def verify(branch: Branch, day: Day) -> None:
    """Check the hash chain of a day and replay it; exit status 1 names what is wrong."""
    engine = engine_for(settings_of("triage").database_url, pool=1)
    with transaction(engine, TriageUnitOfWork, Context(actor=service_actor("triage"), now=clock.now())) as uow:
        faults = verify_day(branch, day.date(), uow)
    for fault in faults:
        typer.echo(f"entry {fault.seq}: {fault.fault}: {fault.detail}")
    if faults:
        raise typer.Exit(1)
    typer.echo("whole")
