"""`make run` and `make tour` embedded, with a kill -9 between."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from embedded import chain
from embedded.client import Desk
from embedded.system import System


@pytest.fixture(scope="module")
def system(systems: Callable[..., System]) -> System:
    made = systems()
    made.start()
    return made


def test_it_says_where_to_look_and_who_may_sign_in(system: System) -> None:
    assert f"ready {system.address}" in system.lines
    for staff, _ in chain.SIGN_INS:
        assert any(line.strip().startswith(staff) for line in system.lines)


def test_the_tour_goes_well(system: System) -> None:
    done = system.command("tour")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{system.logs()}"
    assert "the tour went well" in done.stdout


def test_a_kill_at_any_moment_loses_and_doubles_nothing(system: System) -> None:
    def people() -> list[str]:
        desk = Desk(system.address).sign_in("office", chain.PASSWORD)
        ids: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = desk.get("/api/customers/", limit="200", **cursor)
            ids += [one["id"] for one in page["items"]]
            if page["next_cursor"] is None:
                return ids
            cursor = {"cursor": page["next_cursor"]}

    before = people()
    system.kill()
    system.start()
    assert people() == before
    done = system.command("tour")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{system.logs()}"


def test_nothing_is_parked_after_all_that(system: System) -> None:
    listed = system.command("parked", "list")
    assert (listed.returncode, listed.stdout) == (0, ""), listed.stdout + listed.stderr


def test_ctrl_c_stops_everything_cleanly(system: System) -> None:
    assert system.stop() == 0
    assert system.lines[-1] == "… stopping"
