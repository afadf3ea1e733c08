"""The step that fills a column of every slip goes beside those who read and write them."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from billing.bootstrap import service
from qiantai.ids import new_id
from qiantai.storage import steps
from qiantai.storage.migrations import upgrade
from qiantai.storage.roles import ensure_database, ensure_role
from qiantai.testing.databases import Databases

SLIPS = 1200
_SLIPS = (
    "INSERT INTO charge (id, number, branch, business_day, customer, consultant, total, paid, currency, state,"
    " opened_at, opened_by, version) SELECT gen_random_uuid(), n::text, 'sh-01', '2026-01-01', gen_random_uuid(),"
    " 'c' || n, 100, 0, 'CNY', 'open', now(), 'x', 1 FROM generate_series(1, %s) n"
)


@pytest.fixture
def before(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The owner's URL of a schema before that step, with slips."""
    monkeypatch.setattr(steps, "CHUNK", 500)
    url = ensure_database(databases.admin_url, f"b_{new_id().replace('-', '')}")
    owner = ensure_role(url, "billing", "only-for-tests")
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    for number in ("0001", "0002", "0003"):
        [step] = service().migrations.glob(f"{number}_*.py")
        (earlier / step.name).write_text(step.read_text())
    assert upgrade(dataclasses.replace(service(), migrations=earlier), owner) == "0003"
    with psycopg.connect(owner) as connection:
        connection.execute(_SLIPS, (SLIPS,))
    yield owner
    databases.drop(url)


def filled(owner: str) -> tuple[int, int]:
    """Return how many slips have their performer, and in how many transactions they were written."""
    with psycopg.connect(owner) as connection:
        row = connection.execute(
            "SELECT count(*) FILTER (WHERE performer = consultant), count(DISTINCT xmin::text) FROM charge"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_readers_never_wait_longer_than_about_a_second_for_a_migration(before: str) -> None:
    waits: list[float] = []
    over = threading.Event()

    def read() -> None:
        with psycopg.connect(before, autocommit=True) as reader:
            while not over.is_set():
                began = time.monotonic()
                reader.execute("SELECT count(*) FROM charge")
                waits.append(time.monotonic() - began)
                time.sleep(0.02)

    with psycopg.connect(before) as report:
        report.execute("SELECT count(*) FROM charge")  # a report that stays open
        reading = threading.Thread(target=read)
        migrating = threading.Thread(target=upgrade, args=(service(), before))
        reading.start()
        migrating.start()
        time.sleep(3.0)
        assert migrating.is_alive()
        report.rollback()
        migrating.join(30)
        over.set()
        reading.join(10)
    assert max(waits) < 1.6, "they queue behind a change that itself waits"
    assert len(waits) > 20
    assert filled(before) == (SLIPS, 3), "a part of them in a transaction"


def test_a_migration_that_is_killed_in_its_middle_goes_on(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    done = 0

    def twice(work: object) -> object:
        nonlocal done
        done += 1
        if done == 3:
            raise Killed
        return work()  # type: ignore[operator]

    with monkeypatch.context() as patch:
        patch.setattr(steps, "patiently", twice)
        with pytest.raises(Killed):
            upgrade(service(), before)
    assert filled_so_far(before) == 1000
    assert upgrade(service(), before) == max(service().migrations.glob("0*.py")).name[:4]
    assert filled(before)[0] == SLIPS


def filled_so_far(owner: str) -> int:
    with psycopg.connect(owner) as connection:
        row = connection.execute("SELECT count(performer) FROM charge").fetchone()
    return 0 if row is None else int(row[0])
