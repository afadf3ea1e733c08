"""The command `triage`."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from qiantai.cli import service_command

from triage.domain.errors import TriageError
from triage.domain.words import BOOK, IN_FORCE

if TYPE_CHECKING:
    from qiantai.service import Service

    from triage.storage.unit_of_work import TriageUnitOfWork


def _service() -> Service:
    from triage.bootstrap import service

    return service()


def _transaction() -> AbstractContextManager[TriageUnitOfWork]:
    """Return one transaction in which the service itself acts."""
    from qiantai import clock
    from qiantai.actors import service_actor
    from qiantai.settings import settings_of
    from qiantai.storage.engine import engine_for
    from qiantai.storage.unit_of_work import transaction
    from qiantai.uow import Context

    from triage.storage.unit_of_work import TriageUnitOfWork

    engine = engine_for(settings_of("triage").database_url, pool=1)
    return transaction(engine, TriageUnitOfWork, Context(actor=service_actor("triage"), now=clock.now()))


app = service_command(_service)

Branch = Annotated[str, typer.Option(help="branch code")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="business day")]


@app.command()
def replay(scripts: Annotated[list[Path], typer.Argument(help="day scripts")]) -> None:
    """Replay day scripts without a database: one decision a line."""
    from triage.script.command import replay_command

    raise typer.Exit(replay_command(scripts))


@app.command("export-day")
def export(branch: Branch, day: Day) -> None:
    """Print a day of the live ledger as a day script."""
    from triage.usecases.ledger import export_day

    with _transaction() as uow:
        typer.echo(json.dumps(export_day(branch, day.date(), uow), ensure_ascii=False))


@app.command("try-policy")
def try_policy(
    branch: Branch,
    day: Day,
    fields: Annotated[Path, typer.Argument(help="JSON file of policy fields")],
    on_top_of: Annotated[str, typer.Option(help="in_force (the day's own policy) or book")] = IN_FORCE,
) -> None:
    """Print what would have been otherwise on a day under other policy fields; exit status 2 names what is wrong."""
    from triage.api.trials import TrialView
    from triage.usecases.try_policy import TryPolicy, try_on_day

    if on_top_of not in {IN_FORCE, BOOK}:
        raise typer.BadParameter(f"{IN_FORCE} or {BOOK}", param_hint="--on-top-of")
    acting = _transaction()
    try:
        command = TryPolicy(
            branch=branch,
            day=day.date(),
            fields=json.loads(fields.read_text(encoding="utf-8")),
            on_top_of=on_top_of,
        )
        with acting as uow:
            found = try_on_day(command, uow)
    except (OSError, ValueError, RecursionError, TriageError) as problem:
        typer.echo(f"{fields}: {problem}", err=True)
        raise typer.Exit(2) from None
    typer.echo(json.dumps(TrialView().dump(found), ensure_ascii=False, indent=2))


@app.command()
def verify(branch: Branch, day: Day) -> None:
    """Check the hash chain of a day and replay it; exit status 1 names what is wrong."""
    from triage.usecases.ledger import verify_day

    with _transaction() as uow:
        faults = verify_day(branch, day.date(), uow)
    for fault in faults:
        typer.echo(f"entry {fault.seq}: {fault.fault}: {fault.detail}")
    if faults:
        raise typer.Exit(1)
    typer.echo("whole")


@app.command("import-shifts")
def import_(
    branch: Branch,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with 日期/date, 工号/staff, 班次/shift, 备注/note")],
    *,
    preview: Annotated[bool, typer.Option("--preview", help="only say what would change")] = False,
) -> None:
    """Import shifts by day from a sheet, all of them or none; exit status 1 names what is wrong."""
    from triage.api.sheets import read_table
    from triage.domain.roster.shifts import read_sheet
    from triage.usecases.shifts import import_shifts

    acting = _transaction()
    try:
        data = file.read_bytes()
        with acting as uow:
            sheet = read_sheet(read_table(data), uow.days.today(branch, uow.now))
            done = import_shifts(branch, sheet, uow, preview=preview)
    except OSError as problem:
        typer.echo(f"{file}: {problem.strerror}", err=True)
        raise typer.Exit(1) from None
    except TriageError as problem:
        typer.echo(problem.detail, err=True)
        for what in problem.fields.values():
            typer.echo(what, err=True)
        raise typer.Exit(1) from None
    for change in done.changes:
        before = f"{change.before.shift} -> " if change.before else ""
        typer.echo(f"{change.after.day} {change.after.staff} {change.name}: {before}{change.after.shift}")
    verb = "would be" if preview else "are"
    typer.echo(f"{done.added} {verb} new, {done.changed} {verb} changed, {done.unchanged} stay")
