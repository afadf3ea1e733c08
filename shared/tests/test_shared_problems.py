"""What a caller is told when PostgreSQL refuses or is away, with real refusals."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from qiantai.storage.unit_of_work import SqlUnitOfWork
from qiantai.testing import example
from qiantai.testing.service import ServiceUnderTest, settings_for_tests
from qiantai.web.problems import about_error
from qiantai.web.routes import Routes
from qiantai.web.tokens import TokenSigner

TROUBLES = {
    "unique": "INSERT INTO fact VALUES ('a', 1), ('a', 1)",
    "exclusion": "CREATE TEMPORARY TABLE room (of int4range, EXCLUDE USING gist (of WITH &&)) ON COMMIT DROP;"
    " INSERT INTO room VALUES ('[1,5)'), ('[4,9)')",
    "not-null": "INSERT INTO thing VALUES ('a', NULL, 1)",
    "check": "CREATE TEMPORARY TABLE door (open boolean CHECK (open)) ON COMMIT DROP; INSERT INTO door VALUES (false)",
    "data": "INSERT INTO thing VALUES ('a', '', 2147483648)",
    "text": "SELECT CAST('seven' AS integer)",
    "no-such-table": "SELECT * FROM nowhere",
    "read-only": "SET TRANSACTION READ ONLY; INSERT INTO thing VALUES ('a', '', 1)",
    "locked": "SET LOCAL lock_timeout = '50ms'; LOCK TABLE thing",
    "too-long": "SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)",
    "deadlock": "DO $$ BEGIN RAISE 'as if' USING ERRCODE = 'deadlock_detected'; END $$",
    "killed": "SELECT pg_terminate_backend(pg_backend_pid())",
}
routes = Routes("troubles", about="What may go wrong")


@routes.write("POST", "/troubles/<code:kind>", may="charge.open")
def trouble(uow: SqlUnitOfWork, kind: str) -> None:
    """Write something, and then have this trouble."""
    uow.connection.execute(sa.text("INSERT INTO thing VALUES ('before', '', 1)"))
    for statement in TROUBLES[kind].split("; ") if "$$" not in TROUBLES[kind] else [TROUBLES[kind]]:
        uow.connection.execute(sa.text(statement))


@pytest.fixture
def desk(urls: dict[str, str], signer: TokenSigner, jwks: Path) -> Iterator[ServiceUnderTest]:
    service = dataclasses.replace(example.teller(), routes=(routes,))
    made = ServiceUnderTest(service, settings_for_tests(example.TELLER, urls[example.TELLER], jwks), signer)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("unique", 409, "written-twice"),
        ("exclusion", 409, "written-twice"),
        ("not-null", 500, "internal-error"),
        ("check", 500, "internal-error"),
        ("no-such-table", 500, "internal-error"),
        ("data", 422, "value-out-of-range"),
        ("text", 422, "value-out-of-range"),
        ("too-long", 503, "database-away"),
        ("deadlock", 503, "database-away"),
        ("killed", 503, "database-away"),
        ("read-only", 503, "database-away"),
    ],
)
def test_only_what_may_go_better_says_try_again(desk: ServiceUnderTest, kind: str, status: int, code: str) -> None:
    answer = desk.as_("cashier").post(f"/api/billing/troubles/{kind}")
    assert (answer.status_code, answer.json["type"]) == (status, f"urn:qiantai:problem:{code}"), answer.json
    assert answer.content_type == "application/problem+json"
    assert answer.headers.get("Retry-After") == ("2" if status == 503 else None)
    assert "INSERT" not in answer.get_data(as_text=True)
    assert desk.rows("SELECT code FROM thing") == []


def test_a_lock_that_somebody_holds_too_long(desk: ServiceUnderTest, engines: dict[str, sa.Engine]) -> None:
    with engines[example.TELLER].begin() as other:
        other.execute(sa.text("INSERT INTO thing VALUES ('held', '', 1)"))
        answer = desk.as_("cashier").post("/api/billing/troubles/locked")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_the_log_names_the_constraint_and_quotes_no_row(engines: dict[str, sa.Engine]) -> None:
    twice = sa.text("INSERT INTO thing VALUES ('王小明', '', 1), ('王小明', '', 1)")
    with pytest.raises(sa.exc.IntegrityError) as caught, engines[example.TELLER].begin() as connection:
        connection.execute(twice)
    about = about_error(caught.value)
    assert (about["kind"], about["state"], about["constraint"]) == ("IntegrityError", "23505", "pk_thing")
    assert "王小明" in str(caught.value)
    assert "王小明" not in str(about)
