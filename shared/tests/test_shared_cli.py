"""A service's command: what is refused is one line."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from environs import EnvError
from qiantai import cli
from qiantai.errors import Conflict
from qiantai.servers.ports import free_port
from qiantai.testing import example
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner


class NotNow(Conflict):
    """Not now."""


def _ends(refusal: Exception) -> tuple[int, str]:
    app = cli.service_command(example.teller)

    @app.command()
    def later() -> None:
        raise refusal

    done = CliRunner().invoke(app, ["later"])
    if not isinstance(done.exception, SystemExit):
        raise done.exception or AssertionError
    assert done.stdout == ""
    return done.exit_code, done.stderr


def test_a_refusal_is_one_line_and_status_2() -> None:
    assert _ends(NotNow()) == (2, "Not now.\n")
    assert _ends(NotNow("The chair is taken.")) == (2, "Not now. The chair is taken.\n")
    assert _ends(NotNow(fields={"chair": "choose another"})) == (2, "Not now. chair: choose another\n")


def test_a_missing_setting_and_a_database_that_is_away_are_one_line() -> None:
    status, line = _ends(EnvError('Environment variable "QIANTAI_DATABASE_TELLER" not set'))
    assert status == 2
    assert line.startswith('Environment variable "QIANTAI_DATABASE_TELLER" not set; beside a run: ')
    url = f"postgresql+psycopg://nobody:x@127.0.0.1:{free_port()}/none"
    with pytest.raises(OperationalError) as away:
        sa.create_engine(url).connect()
    status, line = _ends(away.value)
    assert (status, line.count("\n")) == (2, 1)
    assert line.startswith("the database does not answer: ")


def test_what_nobody_foresaw_stays_whole() -> None:
    with pytest.raises(ZeroDivisionError):
        _ends(ZeroDivisionError())
