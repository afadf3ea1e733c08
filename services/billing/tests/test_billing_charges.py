"""Slips and payments over HTTP, on a real database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import psycopg
import pytest
from qiantai.clock import now
from qiantai.contracts.billing import ChargeOpened, ChargePaid, ChargeVoided, PaymentReceived, TreatmentItemPurchased
from qiantai.contracts.device_gateway import BranchChanged
from qiantai.contracts.triage import ConsultationFinished, VisitAssigned, VisitRegistered
from qiantai.ids import new_id
from qiantai.testing.branches import tell_branch, tell_staff
from qiantai.testing.service import ServiceUnderTest
from werkzeug.test import TestResponse

WANG = "01900000-0000-7000-8000-00000000aaaa"
LI = "01900000-0000-7000-8000-00000000bbbb"
VISIT = "01900000-0000-7000-8000-00000000cccc"
CHARGES = "/api/billing/charges"


def slip(*lines: tuple[str, int], **more: object) -> dict[str, object]:
    wanted = lines or (("LASER-1", 1),)
    return {
        "branch": "sh-01",
        "customer": WANG,
        "lines": [{"product": code, "quantity": n} for code, n in wanted],
        **more,
    }


def opened(billing: ServiceUnderTest, *lines: tuple[str, int], **more: object) -> dict[str, Any]:
    answer = billing.as_("consultant").post(CHARGES, slip(*lines, **more), key=new_id())
    assert answer.status_code == 201, answer.json
    found: Any = answer.json
    return dict(found)


def pay(billing: ServiceUnderTest, charge: str, *tenders: dict[str, object], key: str | None = None) -> TestResponse:
    body = {"tenders": list(tenders)}
    return billing.as_("cashier").post(f"{CHARGES}/{charge}/payments", body, key=key or new_id())


def cash(amount: int, **more: object) -> dict[str, object]:
    return {"kind": "cash", "amount": amount, **more}


def balances(billing: ServiceUnderTest, branch: str = "sh-01") -> dict[tuple[str, str], int]:
    found = billing.as_("cashier").get("/api/billing/journal/balance", query_string={"branch": branch}).json["items"]
    return {(row["account_kind"], row["account_key"]): row["balance"] for row in found}


def run_directly(billing: ServiceUnderTest, statement: str) -> None:
    with closing(psycopg.connect(billing.settings.database_url)) as connection:
        connection.execute(statement.encode())
        connection.commit()


def at_once(*calls: Callable[[], TestResponse]) -> list[int]:
    """Run all calls in threads that start together; returns their statuses, sorted."""
    start, statuses = threading.Barrier(len(calls)), []

    def run(call: Callable[[], TestResponse]) -> None:
        start.wait()
        statuses.append(call().status_code)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_a_slip_takes_its_prices_from_the_catalogue(billing: ServiceUnderTest) -> None:
    made = opened(billing, ("LASER-5", 1), ("CREAM", 3), visit=VISIT)
    assert made["total"] == made["due"] == 500_000 + 3 * 9_900
    assert [(line["name_zh"], line["department"], line["amount"]) for line in made["lines"]] == [
        ("LASER-5-zh", "skin", 500_000),
        ("CREAM-zh", None, 29_700),
    ]
    assert (made["state"], made["currency"]) == ("open", "CNY")
    assert (made["customer_name"], made["consultant"]) == ("王小明", "chen")
    [event] = billing.told(ChargeOpened)
    assert (event.branch, event.total, event.visit, event.number) == ("sh-01", 529_700, VISIT, made["number"])
    assert [(line.project, line.amount) for line in event.lines] == [("laser", 500_000), (None, 29_700)]
    assert balances(billing) == {
        ("receivable", WANG): 529_700,
        ("sales", "LASER-5"): -500_000,
        ("sales", "CREAM"): -29_700,
    }


def test_numbers_run_per_branch_and_day_without_gaps(billing: ServiceUnderTest) -> None:
    body = slip(customer=LI)
    assert at_once(*(lambda: billing.as_("cashier").post(CHARGES, body, key=new_id()) for _ in range(6))) == [201] * 6
    assert billing.as_("cashier").post(CHARGES, slip(("NONE", 1)), key=new_id()).status_code == 422
    other = opened(billing, branch="hz-01")
    numbers = [row[0] for row in billing.rows("SELECT number FROM charge WHERE branch = 'sh-01' ORDER BY number")]
    day = other["business_day"].replace("-", "")
    assert numbers == [f"sh-01-{day}-{n:04d}" for n in range(1, 7)]
    assert other["number"] == f"hz-01-{day}-0001"


def test_the_business_day_is_the_branchs(billing: ServiceUnderTest) -> None:
    days = set()
    for code, zone in (("west", "Etc/GMT+12"), ("east", "Etc/GMT-14")):
        billing.deliver(
            BranchChanged(branch="chain", code=code, name_zh=code, name_en=code, timezone=zone, currency="CNY")
        )
        days.add(opened(billing, branch=code)["business_day"])
    assert len(days) == 2


WRONG_SLIPS: list[tuple[dict[str, object], str, str]] = [
    (slip(customer="01900000-0000-7000-8000-00000000dddd"), "customer", "unknown-customer"),
    (slip(visit="01900000-0000-7000-8000-00000000dddd"), "visit", "unknown-visit"),
    (slip(visit=VISIT, customer=LI), "visit", "visit-of-somebody-else"),
    (slip(visit=VISIT, branch="hz-01"), "visit", "visit-of-somebody-else"),
    (slip(("LASER-1", 1), ("NONE", 1)), "lines.1.product", "product-not-sold"),
    (slip(("LASER-1", 0)), "lines.0.quantity", "invalid-fields"),
    ({**slip(), "lines": []}, "lines", "invalid-fields"),
    ({**slip(), "lines": [{"product": "LASER-1", "price": 1}]}, "lines.0.price", "invalid-fields"),
    (slip(branch="chain"), "branch", "invalid-fields"),
    (slip(consultant="a\x00b"), "consultant", "invalid-fields"),
    ({"branch": "sh-01", "customer": WANG}, "lines", "invalid-fields"),
]


def test_a_wrong_slip_names_the_field_and_changes_nothing(billing: ServiceUnderTest) -> None:
    for body, field, problem in WRONG_SLIPS:
        refused = billing.as_("cashier").post(CHARGES, body, key=new_id())
        assert refused.status_code == 422, body
        assert refused.json["type"] == f"urn:qiantai:problem:{problem}", body
        assert field in [error["field"] for error in refused.json["errors"]], body
    assert billing.rows("SELECT (SELECT count(*) FROM charge), (SELECT count(*) FROM journal_entry)") == [(0, 0)]
    assert billing.rows("SELECT count(*) FROM charge_number") == [(0,)]
    assert billing.told(ChargeOpened) == []


def test_a_visit_is_known_from_any_of_its_facts_in_any_order(billing: ServiceUnderTest) -> None:
    visit = new_id()
    body = slip(visit=visit, customer=LI)
    cashier = billing.as_("cashier")
    assert cashier.post(CHARGES, body, key="try").status_code == 422
    finished = ConsultationFinished(
        branch="sh-01",
        visit=visit,
        customer=LI,
        visit_class="first_visit",
        consultant="zhao",
        outcome="deal",
        projects=("laser",),
        finished_at=now(),
    )
    registered = VisitRegistered(
        branch="sh-01",
        visit=visit,
        customer=LI,
        business_day=now().date(),
        arrived_at=now(),
        visit_class="first_visit",
        class_reasons=("T1",),
    )
    billing.deliver(finished, version=4)
    billing.deliver(registered, version=1)
    again = cashier.post(CHARGES, body, key="try")
    assert (again.status_code, again.json["consultant"]) == (201, "zhao")
    assert cashier.post(CHARGES, {**body, "consultant": "sun"}, key="other").json["consultant"] == "sun"
    for n, to in enumerate(("department:skin", "supervisor"), start=5):
        billing.deliver(
            VisitAssigned(
                branch="sh-01",
                visit=visit,
                customer=LI,
                to=to,
                basis="x",
                counted=False,
                passed=(),
                rules=(),
                why_zh="x",
                why_en="x",
                entry=n,
                decided_at=now(),
            ),
            version=n,
        )
        assert cashier.post(CHARGES, body, key=to).json["consultant"] is None


def test_parts_in_several_tenders_until_it_is_paid(billing: ServiceUnderTest) -> None:
    made = opened(billing, ("LASER-1", 1), ("LASER-5", 2), ("CREAM", 1), visit=VISIT)
    total = made["total"]
    first = pay(
        billing, made["id"], cash(28_000, received=30_000), {"kind": "wechat", "amount": 100_000, "reference": "wx-1"}
    )
    assert first.status_code == 201, first.json
    assert (first.json["amount"], first.json["change"], first.json["due"]) == (128_000, 2_000, total - 128_000)
    path = f"{CHARGES}/{made['id']}"
    half = billing.as_("receptionist").get(path).json
    assert (half["state"], half["paid"], half["due"]) == ("part_paid", 128_000, total - 128_000)
    assert billing.told(ChargePaid) == []

    second = pay(billing, made["id"], {"kind": "card", "amount": total - 128_000, "reference": "pos-9"})
    assert second.json["due"] == 0
    done = billing.as_("receptionist").get(path).json
    assert (done["state"], done["due"]) == ("paid", 0)
    assert [payment["amount"] for payment in done["payments"]] == [128_000, total - 128_000]
    assert [tender["change"] for tender in done["payments"][0]["tenders"]] == [2_000, 0]

    received = billing.told(PaymentReceived)
    assert [(event.amount, event.due) for event in received] == [(128_000, total - 128_000), (total - 128_000, 0)]
    [paid] = billing.told(ChargePaid)
    assert (paid.total, paid.visit, paid.consultant, len(paid.lines)) == (total, VISIT, "chen", 3)
    bought = billing.told(TreatmentItemPurchased)
    assert [(event.product, event.project, event.sessions) for event in bought] == [
        ("LASER-1", "laser", 1),
        ("LASER-5", "laser", 10),
    ]
    found = balances(billing)
    assert found["receivable", WANG] == 0
    assert [found["tender", kind] for kind in ("cash", "wechat", "card")] == [28_000, 100_000, total - 128_000]


def test_each_fact_of_a_slip_has_its_own_version(billing: ServiceUnderTest) -> None:
    made = opened(billing)
    pay(billing, made["id"], cash(128_000))
    query = (
        "SELECT convert_from(body, 'UTF8')::json->>'type', (convert_from(body, 'UTF8')::json->>'aggregateversion')::int"
        " FROM outbox WHERE convert_from(body, 'UTF8')::json->>'subject' = %s ORDER BY id"
    )
    assert billing.rows(query, made["id"]) == [
        ("billing.charge.opened.v1", 1),
        ("billing.payment.received.v1", 2),
        ("billing.charge.paid.v1", 3),
    ]
    assert billing.as_("cashier").get(f"{CHARGES}/{made['id']}").headers["ETag"] == '"3"'


WRONG_TENDERS: list[tuple[dict[str, object], int, str]] = [
    (cash(128_001), 409, "tenders"),
    (cash(100, received=99), 422, "tenders.0.received"),
    ({"kind": "card", "amount": 100}, 422, "tenders.0.reference"),
    ({"kind": "card", "amount": 100, "reference": "r", "received": 200}, 422, "tenders.0.received"),
    (cash(0), 422, "tenders.0.amount"),
    (cash(-5), 422, "tenders.0.amount"),
    ({"kind": "cash", "amount": 1.5}, 422, "tenders.0.amount"),
    ({"kind": "points", "amount": 100}, 422, "tenders.0.kind"),
]


def test_a_wrong_payment_names_the_field_and_takes_nothing(billing: ServiceUnderTest) -> None:
    made = opened(billing)
    for tender, status, field in WRONG_TENDERS:
        refused = pay(billing, made["id"], tender)
        assert refused.status_code == status, tender
        assert [error["field"] for error in refused.json["errors"]] == [field], tender
    assert billing.rows("SELECT count(*) FROM payment") == [(0,)]
    assert billing.told(PaymentReceived) == []
    assert balances(billing)["receivable", WANG] == 128_000


def test_a_repeated_payment_is_taken_once(billing: ServiceUnderTest) -> None:
    made = opened(billing)
    first = pay(billing, made["id"], cash(1_000), key="till-1-0001")
    again = pay(billing, made["id"], cash(1_000), key="till-1-0001")
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(billing.told(PaymentReceived)) == 1
    missing = billing.as_("cashier").post(f"{CHARGES}/{made['id']}/payments", {"tenders": [cash(1_000)]})
    assert missing.status_code == 428


def test_two_tills_cannot_take_the_whole_sum_twice(billing: ServiceUnderTest) -> None:
    made = opened(billing, ("LASER-5", 1))
    statuses = at_once(*(lambda: pay(billing, made["id"], cash(500_000)) for _ in range(2)))
    assert statuses == [201, 409]
    assert len(billing.told(ChargePaid)) == 1
    assert len(billing.told(TreatmentItemPurchased)) == 1
    assert balances(billing)["tender", "cash"] == 500_000


def test_many_tills_take_parts_but_never_more_than_is_due(billing: ServiceUnderTest) -> None:
    made = opened(billing, ("LASER-1", 1))
    statuses = at_once(*(lambda: pay(billing, made["id"], cash(50_000)) for _ in range(5)))
    assert statuses == [201, 201, 409, 409, 409]
    assert billing.rows("SELECT paid, state FROM charge") == [(100_000, "part_paid")]


def test_a_slip_is_void_only_while_nothing_is_paid(billing: ServiceUnderTest) -> None:
    made, kept = opened(billing), opened(billing)
    consultant = billing.as_("consultant")
    assert consultant.post(f"{CHARGES}/{made['id']}/void", {}, key=new_id()).json["errors"][0]["field"] == "reason"
    void = consultant.post(f"{CHARGES}/{made['id']}/void", {"reason": "客户改主意"}, key=new_id())
    assert (void.status_code, void.json["state"], void.json["due"]) == (200, "void", 0)
    assert consultant.post(f"{CHARGES}/{made['id']}/void", {"reason": "x"}, key=new_id()).status_code == 409
    assert pay(billing, made["id"], cash(1)).status_code == 409
    [event] = billing.told(ChargeVoided)
    assert (event.charge, event.reason) == (made["id"], "客户改主意")
    assert balances(billing)["receivable", WANG] == kept["total"]

    pay(billing, kept["id"], cash(1))
    refused = consultant.post(f"{CHARGES}/{kept['id']}/void", {"reason": "x"}, key=new_id())
    assert refused.status_code == 409
    told = refused.json["facts"]
    assert told.pop("at")
    assert told == {"state": "part_paid", "paid": 1, "what": "payment_received", "by": "cashier-1"}
    assert billing.rows("SELECT details->>'reason', actor FROM audit WHERE action = 'charge.void'") == [
        ("客户改主意", "consultant-1")
    ]


def test_each_print_of_a_receipt_is_counted_once_and_by_whom(billing: ServiceUnderTest) -> None:
    made = opened(billing)
    path = f"{CHARGES}/{made['id']}"
    till, desk = billing.as_("cashier", id_="zhao"), billing.as_("receptionist", id_="liu")
    assert till.get(path).json["printed"] is None
    assert till.post(f"{path}/prints", key="p").status_code == 428
    assert till.post(f"{path}/prints", key="p", etag=9).status_code == 412
    assert [till.post(f"{path}/prints", key="p1", etag=1).json["place"] for _ in range(2)] == [1, 1]
    assert desk.post(f"{path}/prints", key="p2", etag=1).json["place"] == 2
    printed = till.get(path).json["printed"]
    assert printed.pop("printed_at")
    assert printed == {"charge": made["id"], "version": 1, "place": 2, "printed_by": "liu"}
    rows = "SELECT details->>'place', actor FROM audit WHERE action = 'charge.print' ORDER BY at"
    assert billing.rows(rows) == [("1", "zhao"), ("2", "liu")]
    assert billing.as_("cashier", branches=["hz-01"]).post(f"{path}/prints", key="p3", etag=1).status_code == 404
    with pytest.raises(psycopg.errors.RestrictViolation):
        run_directly(billing, "DELETE FROM billing.charge_print")


def test_two_tills_do_not_both_print_the_original(billing: ServiceUnderTest) -> None:
    path = f"{CHARGES}/{opened(billing)['id']}/prints"
    assert at_once(*(lambda: billing.as_("cashier").post(path, key=new_id(), etag=1) for _ in range(4))) == [201] * 4
    assert billing.rows("SELECT place FROM charge_print ORDER BY place") == [(1,), (2,), (3,), (4,)]


def test_void_and_payment_at_once_leave_one_of_them(billing: ServiceUnderTest) -> None:
    made = opened(billing)
    statuses = at_once(
        lambda: pay(billing, made["id"], cash(128_000)),
        lambda: billing.as_("cashier").post(f"{CHARGES}/{made['id']}/void", {"reason": "x"}, key=new_id()),
    )
    assert statuses in ([200, 409], [201, 409])
    assert balances(billing)["receivable", WANG] == 0


def test_the_list_is_filtered_and_paged(billing: ServiceUnderTest) -> None:
    ids = [opened(billing, customer=LI)["id"] for _ in range(5)]
    of_visit = opened(billing, visit=VISIT)["id"]
    pay(billing, ids[0], cash(1))
    desk = billing.as_("receptionist")
    seen, cursor = [], None
    while True:
        query = {"customer": LI, "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = desk.get(CHARGES, query_string=query).json
        seen += [one["id"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == ids[::-1]
    filters = (("visit", VISIT, [of_visit]), ("state", "part_paid", [ids[0]]), ("branch", "hz-01", []))
    for name, value, expected in filters:
        query = {name: value}
        assert [one["id"] for one in desk.get(CHARGES, query_string=query).json["items"]] == expected
    assert desk.get(CHARGES, query_string={"cursor": "WyJ4Il0"}).status_code == 422


def test_a_slip_of_another_branch_is_not_there(billing: ServiceUnderTest) -> None:
    made = opened(billing)
    other = billing.as_("branch_head", branches=["hz-01"])
    assert other.get(f"{CHARGES}/{made['id']}").status_code == 404
    assert other.get(CHARGES).json["items"] == []
    assert other.get("/api/billing/journal/balance").json["items"] == []
    path = f"{CHARGES}/{made['id']}"
    assert other.post(f"{path}/payments", {"tenders": [cash(1)]}, key=new_id()).status_code == 404
    assert other.post(f"{path}/void", {"reason": "x"}, key=new_id()).status_code == 404
    assert other.post(CHARGES, slip(), key=new_id()).status_code == 403
    assert billing.as_("consultant").post(f"{path}/payments", {"tenders": [cash(1)]}, key=new_id()).status_code == 403
    assert billing.as_("nurse").post(CHARGES, slip(), key=new_id()).status_code == 403


BENDING = [
    "UPDATE posting SET amount = amount + 1",
    "DELETE FROM posting",
    "DELETE FROM journal_entry",
    "UPDATE journal_entry SET branch = 'x'",
    "TRUNCATE posting",
    "UPDATE payment SET amount = 1",
    "DELETE FROM tender",
    "INSERT INTO posting (entry, account_kind, account_key, amount) SELECT id, 'tender', 'cash', 1 FROM journal_entry",
    (
        "INSERT INTO posting (entry, account_kind, account_key, amount)"
        " SELECT id, 'tender', 'cash', n FROM journal_entry, (VALUES (1), (-1)) AS two (n)"
    ),
    (
        "INSERT INTO journal_entry (id, what, branch, business_day, currency, postings, at, actor)"
        " VALUES (gen_random_uuid(), 'x', 'sh-01', '2026-01-01', 'CNY', 2, now(), 'x')"
    ),
    "UPDATE charge SET paid = total + 1",
    "UPDATE charge SET paid = total",
]


def test_the_database_itself_refuses_to_bend_the_books(billing: ServiceUnderTest) -> None:
    pay(billing, opened(billing)["id"], cash(1))
    before = balances(billing)
    for statement in BENDING:
        with pytest.raises((psycopg.errors.RestrictViolation, psycopg.errors.CheckViolation)):
            run_directly(billing, statement)
    assert balances(billing) == before
    assert sum(before.values()) == 0


def test_a_closed_or_unknown_branch_takes_no_money(billing: ServiceUnderTest) -> None:
    cashier = billing.as_("cashier")
    made = opened(billing, branch="hz-01")
    tell_branch(billing, "hz-01", active=False)
    for branch in ("hz-01", "sh-1", "SH-01"):
        refused = cashier.post(CHARGES, slip(branch=branch), key=new_id())
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "branch"), branch
    paid = cashier.post(f"{CHARGES}/{made['id']}/payments", {"tenders": [cash(1)]}, key=new_id())
    assert (paid.status_code, paid.json["errors"][0]["field"]) == (422, "branch")
    assert billing.rows("SELECT count(*) FROM payment") == [(0,)]
    assert cashier.post(f"{CHARGES}/{made['id']}/void", {"reason": "关店"}, key=new_id()).status_code in (200, 403)


@pytest.mark.parametrize("staff", ["nobody", "CHEN", "chen\u200b", "elsewhere"])
def test_only_somebody_who_works_there_is_credited(billing: ServiceUnderTest, staff: str) -> None:
    tell_staff(billing, "elsewhere", branches=("hz-01",))
    refused = billing.as_("cashier").post(CHARGES, slip(consultant=staff), key=new_id())
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "consultant")


def wechat(amount: int, reference: str, **more: Any) -> dict[str, Any]:
    return {"kind": "wechat", "amount": amount, "reference": reference, **more}


def test_a_channels_transaction_is_money_once(billing: ServiceUnderTest) -> None:
    """Also in another branch, with spaces or another case, twice in one payment, and at two tills at once (B3)."""
    first, second = opened(billing), opened(billing, branch="hz-01")
    assert pay(billing, first["id"], wechat(100, "4200001234A")).status_code == 201
    for reference in ("4200001234A", "4200001234a", "4200 001234A", "42000\u200b01234A"):
        refused = pay(billing, second["id"], wechat(100, reference))
        assert (refused.status_code, refused.json["facts"]) == (409, {"charge": first["id"]}), reference
        assert refused.json["errors"][0]["field"] == "tenders.0.reference"
    assert pay(billing, second["id"], wechat(100, "B1"), wechat(200, "b1")).status_code == 409
    assert billing.rows("SELECT count(*) FROM payment") == [(1,)]
    tills = [partial(pay, billing, one["id"], wechat(100, "C1")) for one in (first, second)]
    assert at_once(*tills) == [201, 409]


@pytest.mark.parametrize("more", [{}, {"shared": True}])
def test_a_transaction_stands_once_in_a_payment(billing: ServiceUnderTest, more: dict[str, Any]) -> None:
    """Whatever `shared` says, which is for other slips (B3)."""
    made = opened(billing)
    refused = pay(billing, made["id"], cash(100), wechat(100, "B1", **more), wechat(200, " b1", **more))
    assert (refused.status_code, refused.json["type"]) == (409, "urn:qiantai:problem:reference-twice"), refused.json
    assert refused.json["errors"] == [{"field": "tenders.2.reference", "message": "tender 2 has the same"}]
    assert pay(billing, made["id"], wechat(100, "B1"), {**wechat(200, "B1"), "kind": "card"}).status_code == 201


def test_cash_has_no_reference(billing: ServiceUnderTest) -> None:
    """A number given with cash is a channel's payment with the wrong kind (B3)."""
    made = opened(billing)
    refused = pay(billing, made["id"], {**cash(100), "reference": "4200001234A"})
    assert (refused.status_code, refused.json["type"]) == (422, "urn:qiantai:problem:reference-not-right")
    assert refused.json["errors"][0]["field"] == "tenders.0.reference"
    assert pay(billing, made["id"], {**cash(100), "reference": None}).status_code == 201


def test_a_transaction_that_pays_for_two_slips_is_said_on_purpose(billing: ServiceUnderTest) -> None:
    first, second = opened(billing), opened(billing)
    assert pay(billing, first["id"], wechat(100, "D1")).status_code == 201
    assert pay(billing, second["id"], wechat(100, "D1")).status_code == 409
    both = pay(billing, second["id"], wechat(100, "D1", shared=True))
    assert (both.status_code, both.json["tenders"][0]["shared"]) == (201, True)
    [(noted,)] = billing.rows("SELECT details->'shared_with' FROM audit WHERE details ? 'shared_with'")
    assert noted == [first["id"]]
    assert pay(billing, second["id"], {"kind": "card", "amount": 100, "reference": "D1"}).status_code == 201


@pytest.mark.parametrize(("received", "status"), [(100, 201), (10_100, 201), (10_101, 422), (10**12, 422)])
def test_change_is_at_most_the_largest_note(billing: ServiceUnderTest, received: int, status: int) -> None:
    answer = pay(billing, opened(billing)["id"], cash(100, received=received))
    assert answer.status_code == status, answer.json
