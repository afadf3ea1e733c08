"""The command of a service: web, worker, migrations, rebuild of a projection."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from qiantai.errors import Refusal

if TYPE_CHECKING:
    from sqlalchemy.exc import OperationalError

    from qiantai.service import Service


REFUSED = 2
"""Exit status of a command that cannot be done as it was asked for; 1 says that what is wrong was found."""


class Commands(TyperGroup):
    """Commands that end with one line where somebody must ask otherwise or mend something first."""

    @override
    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except Refusal as refusal:
            fields = [f"{name}: {what}" for name, what in refusal.fields.items()]
            line = " ".join(dict.fromkeys((refusal.title, refusal.detail, *fields)))
        except _setting_missing() as error:
            line = f"{error}; beside a run: set -a; . VAR/environment"
        except _database_away() as error:
            line = f"the database does not answer: {' '.join(str(error.orig or error).split())}"
        typer.echo(line, err=True)
        raise SystemExit(REFUSED)


def _setting_missing() -> type[Exception]:
    from environs import EnvError

    return EnvError


def _database_away() -> type[OperationalError]:
    from sqlalchemy.exc import OperationalError

    return OperationalError


def service_command(make: Callable[[], Service]) -> typer.Typer:
    """Return the command line of a service; `make` is its bootstrap."""
    app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.command()
    def migrate() -> None:
        """Bring the schema to its newest version (DATABASE=, an administrator's URL) and declare the queues."""
        from qiantai.settings import settings_of

        service = make()
        settings = settings_of(service.name)
        version = _upgrade(service, settings.database_url)
        if settings.broker_url is not None:
            from qiantai.messaging.consumer import connect
            from qiantai.worker import topology_of

            with connect(settings.broker_url) as connection:
                topology_of(service, settings).declare(connection)
        typer.echo(f"{service.name}: schema at {version}" if version else "DATABASE is not set: schema as it was")

    @app.command()
    def worker() -> None:
        """Run the worker: relay, consumer and jobs."""
        from qiantai.settings import settings_of
        from qiantai.worker import run_worker

        service = make()
        run_worker(service, settings_of(service.name))

    @app.command()
    def rebuild(copy: str) -> None:
        """Ask the owner of a copy's data to tell it again, and take it over anew; safe to repeat."""
        from qiantai import clock
        from qiantai.actors import service_actor
        from qiantai.contracts.event import CHAIN
        from qiantai.contracts.rebuild import RebuildRequested
        from qiantai.ids import new_id
        from qiantai.outbox.wake import Waker
        from qiantai.settings import settings_of
        from qiantai.storage.engine import engine_for
        from qiantai.storage.unit_of_work import transaction
        from qiantai.uow import Context

        service = make()
        found = service.rebuilds.get(copy)
        if found is None:
            names = ", ".join(sorted(service.rebuilds)) or "none"
            raise typer.BadParameter(f"{service.name} keeps no copy {copy}; it keeps: {names}")
        url = settings_of(service.name).database_url
        engine = engine_for(url, pool=1)
        found.make_older(engine)
        context = Context(actor=service_actor(service.name), now=clock.now())
        with transaction(engine, service.unit_of_work, context) as uow:
            request = RebuildRequested(
                branch=CHAIN,
                request=new_id(),
                publisher=found.publisher,
                consumer=service.name,
                types=tuple(kind.TYPE for kind in found.types),
            )
            uow.outbox.append(request, version=1)
        Waker(url, service.name).wake_now()
        typer.echo(f"{service.name}: asked {found.publisher} to tell {copy} again")

    return app


def _upgrade(service: Service, own_url: str) -> str | None:
    import os
    from urllib.parse import unquote, urlsplit

    from qiantai.storage.migrations import upgrade
    from qiantai.storage.roles import ensure_role

    administrator = os.environ.get("DATABASE")
    if not administrator:  # the service's own role changes no table
        return None
    own = urlsplit(own_url)
    role, password = unquote(own.username or ""), unquote(own.password or "")
    return upgrade(service, ensure_role(administrator, service.name, password, role=role))
