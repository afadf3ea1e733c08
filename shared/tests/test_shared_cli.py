"""A service's command: what is refused is one line."""

from __future__ import annotations

from qiantai import cli
from qiantai.errors import Conflict, Refusal
from qiantai.testing import example
from typer.testing import CliRunner


class NotNow(Conflict):
    """Not now."""


def _ends(refusal: Refusal) -> tuple[int, str]:
    app = cli.service_command(example.teller)

    @app.command()
    def later() -> None:
        raise refusal

    done = CliRunner().invoke(app, ["later"])
    assert done.stdout == ""
    return done.exit_code, done.stderr


def test_a_refusal_is_one_line_and_status_2() -> None:
    assert _ends(NotNow()) == (2, "Not now.\n")
    assert _ends(NotNow("The chair is taken.")) == (2, "Not now. The chair is taken.\n")
    assert _ends(NotNow(fields={"chair": "choose another"})) == (2, "Not now. chair: choose another\n")
