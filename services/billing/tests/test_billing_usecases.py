"""Use cases of slips, payments and items: each test runs on the ports in memory and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from billing.bootstrap import service
from billing.domain.catalogue import CHAIN, Price, Product, Project
from billing.domain.charge import Charge, Tender
from billing.domain.errors import (
    ChargeNotOpen,
    ChargeNotPayable,
    MoreThanDue,
    NothingLeft,
    ProductNotSold,
    UnknownCharge,
    UnknownCustomer,
    UnknownItem,
)
from billing.domain.item import Item
from billing.known import CUSTOMERS, PERFORMERS
from billing.storage.unit_of_work import BillingUnitOfWork
from billing.usecases.note_print import note_print
from billing.usecases.open_charge import OpenCharge, WantedLine, open_charge
from billing.usecases.ports import ChargeFilter, UnitOfWork
from billing.usecases.put_product import PutPrices, put_prices, put_product
from billing.usecases.put_project import put_project
from billing.usecases.take_payment import TakePayment, take_payment
from billing.usecases.use_item import UseItem, use_item
from billing.usecases.void_charge import VoidCharge, void_charge
from billing_memory import Memory, MemoryBilling
from qiantai.actors import Actor
from qiantai.branches import BRANCHES
from qiantai.contracts.customer import CustomerRegistered
from qiantai.contracts.device_gateway import BranchChanged, StaffChanged
from qiantai.contracts.triage import PerformanceMoved
from qiantai.errors import Stale
from qiantai.service import Service
from qiantai.staff import STAFF
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.memory import rolled_back
from qiantai.testing.service import ServiceUnderTest
from qiantai.told import Told
from qiantai.uow import Context

WANG = "01900000-0000-7000-8000-00000000aaaa"
NOBODY = "01900000-0000-7000-8000-00000000dddd"
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
Begin = Callable[..., AbstractContextManager[UnitOfWork]]


def actor(*branches: str) -> Actor:
    return Actor(id="chen", name="Chen", roles=frozenset({"cashier"}), branches=frozenset(branches))


def in_memory() -> Begin:
    memory = Memory()

    @contextmanager
    def begin(*branches: str) -> Iterator[UnitOfWork]:
        with rolled_back(memory):
            yield MemoryBilling(memory, actor(*branches or ("*",)), NOW)

    return begin


def on_postgresql(billing: ServiceUnderTest) -> Begin:
    def begin(*branches: str) -> AbstractContextManager[UnitOfWork]:
        context = Context(actor=actor(*branches or ("*",)), now=NOW)
        return transaction(billing.engine, BillingUnitOfWork, context)

    return begin


@pytest.fixture(params=["memory", "postgresql"])
def begin(request: pytest.FixtureRequest) -> Begin:
    """Transactions over a catalogue of three products, and one customer."""
    if request.param == "memory":
        made = in_memory()
    else:
        under_test: Callable[[Service], ServiceUnderTest] = request.getfixturevalue("under_test")
        made = on_postgresql(under_test(service()))
    with made() as uow:
        put_project(LASER, None, uow)
        for product, amount in PRODUCTS:
            put_product(product, None, uow)
            put_prices(PutPrices(product=product.code, branch=CHAIN, prices=[price(product.code, amount)]), uow)
        registered = CustomerRegistered(
            branch="chain", customer=WANG, number="C1", name="王小明", kind="full", home_branch="sh-01"
        )
        uow.known.take(CUSTOMERS, Told(event=registered, version=1, time=NOW, id="m"))
        for code in ("sh-01", "hz-01"):
            branch = BranchChanged(
                branch=CHAIN, code=code, name_zh=code, name_en=code, timezone="Asia/Shanghai", currency="CNY"
            )
            uow.known.take(BRANCHES, Told(event=branch, version=1, time=NOW, id="m"))
        for staff in ("chen", "zhao", "sun", "nurse"):
            told = StaffChanged(branch=CHAIN, staff=staff, name=staff, roles=("consultant",), branches=("*",))
            uow.known.take(STAFF, Told(event=told, version=1, time=NOW, id="m"))
    return made


LASER = Project(
    code="laser",
    name_zh="激光",
    name_en="Laser",
    major=True,
    project_class="skin",
    department="skin",
    rank=1,
    minutes=30,
)
PRODUCTS = (
    (Product(code="LASER-1", name_zh="单次", name_en="Single", kind="treatment", project="laser", sessions=1), 128_000),
    (Product(code="LASER-5", name_zh="五次", name_en="Five", kind="package", project="laser", sessions=5), 500_000),
    (Product(code="CREAM", name_zh="面霜", name_en="Cream", kind="cosmetic"), 9_900),
)


def price(product: str, amount: int, branch: str = CHAIN, since: date = date(2026, 1, 1)) -> Price:
    return Price(product=product, branch=branch, valid_from=since, amount=amount, currency="CNY")


def slip(*lines: tuple[str, int], branch: str = "sh-01", customer: str = WANG) -> OpenCharge:
    wanted = [WantedLine(product=code, quantity=quantity) for code, quantity in lines]
    return OpenCharge(branch=branch, customer=customer, lines=wanted)


def opened(begin: Begin, *lines: tuple[str, int], branch: str = "sh-01") -> Charge:
    with begin() as uow:
        return open_charge(slip(*lines, branch=branch), uow)


def paid(begin: Begin, charge: Charge, *tenders: Tender) -> Charge:
    with begin() as uow:
        take_payment(TakePayment(charge=charge.id, tenders=tenders), uow)
        return uow.charges.get(charge.id)


def cash(amount: int) -> Tender:
    return Tender(kind="cash", amount=amount)


def items_of(begin: Begin, *, unused: bool = False) -> Sequence[Item]:
    with begin() as uow:
        return uow.items.find(WANG, unused=unused, before=None, limit=10)


def balances(begin: Begin, *branches: str, of: str | None = None) -> dict[tuple[str, str], int]:
    with begin(*branches) as uow:
        return {(one.account.kind, one.account.key): one.balance for one in uow.journal.balances(of)}


def test_a_slip_is_kept_as_it_was_opened(begin: Begin) -> None:
    charge = opened(begin, ("LASER-5", 1), ("CREAM", 3))
    assert (charge.total, charge.state, charge.customer_name) == (529_700, "open", "王小明")
    assert (charge.number, charge.business_day) == ("sh-01-20260302-0001", TODAY)
    assert [(line.place, line.department, line.amount) for line in charge.lines] == [
        (0, "skin", 500_000),
        (1, None, 29_700),
    ]
    with begin() as uow:
        assert uow.charges.get(charge.id) == uow.charges.lock(charge.id) == charge
    assert balances(begin) == {
        ("receivable", WANG): 529_700,
        ("sales", "CREAM"): -29_700,
        ("sales", "LASER-5"): -500_000,
    }


def test_numbers_run_in_each_branch(begin: Begin) -> None:
    numbers = [opened(begin, ("CREAM", 1), branch=branch).number[-4:] for branch in ("sh-01", "hz-01", "sh-01")]
    assert numbers == ["0001", "0001", "0002"]


def test_the_branchs_own_price_comes_before_the_chains(begin: Begin) -> None:
    with begin() as uow:
        own = [price("CREAM", 8_800, "hz-01"), price("CREAM", 7_700, "hz-01", date(2026, 3, 3))]
        put_prices(PutPrices(product="CREAM", branch="hz-01", prices=own), uow)
    assert [opened(begin, ("CREAM", 1), branch=branch).total for branch in ("hz-01", "sh-01")] == [8_800, 9_900]
    with begin("sh-01") as uow:
        assert [one.branch for one in uow.products.price_lists("CREAM")] == [CHAIN]
    with begin("hz-01") as uow:
        assert [one.amount for one in uow.products.price_lists("CREAM")] == [9_900, 8_800, 7_700]


def test_the_owner_is_credited_with_a_slip(begin: Begin) -> None:
    moved = PerformanceMoved(
        branch="chain", customer=WANG, visit=None, previous=None, to="zhao", since=NOW, rule="T12", reason="first"
    )
    with begin() as uow:
        uow.known.take(PERFORMERS, Told(event=moved, version=1, time=NOW, id="m"))
    assert opened(begin, ("CREAM", 1)).performer == "zhao"


def test_a_slip_that_cannot_be_leaves_no_trace(begin: Begin) -> None:
    wrong = ((UnknownCustomer, slip(("CREAM", 1), customer=NOBODY)), (ProductNotSold, slip(("CREAM", 1), ("NONE", 1))))
    for refusal, command in wrong:
        with pytest.raises(refusal), begin() as uow:
            open_charge(command, uow)
    with begin() as uow:
        assert uow.charges.find(ChargeFilter(), before=None, limit=10) == []
        assert uow.charges.next_number("sh-01", TODAY) == 1
    assert balances(begin) == {}


def test_parts_are_taken_until_nothing_is_due(begin: Begin) -> None:
    charge = opened(begin, ("LASER-1", 1))
    half = paid(begin, charge, cash(28_000), Tender(kind="card", amount=50_000, reference="pos-9"))
    assert (half.state, half.paid, half.due, half.paid_at, half.version) == ("part_paid", 78_000, 50_000, None, 2)
    assert items_of(begin) == []
    whole = paid(begin, half, cash(50_000))
    assert (whole.state, whole.due, whole.paid_at, whole.version) == ("paid", 0, NOW, 4)
    with begin() as uow:
        first, second = uow.charges.payments_of(charge.id)
    assert [tender.reference for tender in first.tenders] == [None, "pos-9"]
    assert (first.amount, first.due, second.amount, second.due) == (78_000, 50_000, 50_000, 0)
    assert balances(begin)["receivable", WANG] == 0


def test_prints_of_a_slip_are_counted_as_it_stands(begin: Begin) -> None:
    charge = opened(begin, ("CREAM", 1))
    with begin() as uow:
        assert uow.charges.last_print_of(charge) is None
    for place in (1, 2):
        with begin() as uow:
            printed = note_print(charge.id, charge.version, uow)
            assert printed.place == place
            assert uow.charges.last_print_of(charge) == printed
    whole = paid(begin, charge, cash(9_900))
    with pytest.raises(Stale), begin() as uow:
        note_print(charge.id, charge.version, uow)
    with begin() as uow:
        assert uow.charges.last_print_of(whole) is None  # another receipt, no reprint
        assert (printed.printed_by, printed.printed_at) == ("chen", NOW)


def test_a_slip_paid_in_full_gives_its_sessions_and_each_is_used_once(begin: Begin) -> None:
    paid(begin, opened(begin, ("LASER-1", 2), ("CREAM", 1)), cash(265_900))
    [item] = items_of(begin)
    assert (item.product, item.project, item.sessions, item.left) == ("LASER-1", "laser", 2, 2)
    for left in (1, 0):
        with begin() as uow:
            assert use_item(UseItem(item=item.id, branch="sh-01", performer="nurse"), uow).left == left
    with pytest.raises(NothingLeft), begin() as uow:
        use_item(UseItem(item=item.id, branch="sh-01"), uow)
    with begin() as uow:
        assert [(use.place, use.department) for use in uow.items.uses_of(item.id)] == [(1, "skin"), (2, "skin")]
        assert uow.items.get(item.id) == uow.items.lock(item.id) == replace(item, used=2, version=3)
    assert items_of(begin, unused=True) == []


def test_more_than_is_due_is_not_taken(begin: Begin) -> None:
    charge = opened(begin, ("CREAM", 1))
    with pytest.raises(MoreThanDue) as refused, begin() as uow:
        take_payment(TakePayment(charge=charge.id, tenders=[cash(9_000), cash(901)]), uow)
    assert refused.value.facts == {"due": 9_900}
    with begin() as uow:
        assert (uow.charges.get(charge.id), uow.charges.payments_of(charge.id)) == (charge, [])


def test_void_and_payment_exclude_each_other(begin: Begin) -> None:
    unwanted, begun = opened(begin, ("CREAM", 1)), opened(begin, ("CREAM", 1))
    with begin() as uow:
        void = void_charge(VoidCharge(charge=unwanted.id, reason="客户改主意"), uow)
        assert uow.charges.get(unwanted.id) == void
    assert (void.state, void.due, void.voided_at, void.version) == ("void", 0, NOW, 2)
    with pytest.raises(ChargeNotPayable), begin() as uow:
        take_payment(TakePayment(charge=unwanted.id, tenders=[cash(1)]), uow)
    paid(begin, begun, cash(1))
    with pytest.raises(ChargeNotOpen), begin() as uow:
        void_charge(VoidCharge(charge=begun.id, reason="x"), uow)
    assert balances(begin)["receivable", WANG] == 9_899


def test_what_belongs_to_another_branch_is_not_there(begin: Begin) -> None:
    charge = opened(begin, ("LASER-1", 1))
    paid(begin, charge, cash(128_000))
    [item] = items_of(begin)
    for read, refusal in (
        (lambda uow: uow.charges.get(charge.id), UnknownCharge),
        (lambda uow: uow.charges.lock(charge.id), UnknownCharge),
        (lambda uow: uow.items.get(item.id), UnknownItem),
        (lambda uow: uow.items.lock(item.id), UnknownItem),
        (lambda uow: uow.charges.get(NOBODY), UnknownCharge),
        (lambda uow: uow.items.get(NOBODY), UnknownItem),
    ):
        with pytest.raises(refusal), begin("hz-01") as uow:
            read(uow)
    with begin("hz-01") as uow:
        assert uow.charges.find(ChargeFilter(customer=WANG), before=None, limit=10) == []
        assert uow.items.find(WANG, unused=False, before=None, limit=10) == []
    assert balances(begin, "hz-01") == balances(begin, of="hz-01") == {}


def test_lists_are_filtered_and_begin_with_the_newest(begin: Begin) -> None:
    first, second, third = (opened(begin, ("CREAM", n)) for n in (1, 2, 3))
    half = paid(begin, second, cash(1))

    def found(before: str | None = None, limit: int = 10, **wanted: str) -> list[str]:
        with begin() as uow:
            return [one.id for one in uow.charges.find(ChargeFilter(**wanted), before=before, limit=limit)]

    assert found() == [third.id, second.id, first.id]
    assert found(before=third.id, limit=1) == [second.id]
    assert found(state="part_paid", customer=WANG) == [half.id]
    assert found(branch="hz-01") == found(visit=NOBODY) == []
    with begin() as uow:
        assert [one.code for one in uow.products.find(q="laser")] == ["LASER-1", "LASER-5"]
        assert [one.code for one in uow.products.find(after="CREAM", limit=1)] == ["LASER-1"]
        assert [one.code for one in uow.projects.find(active=True)] == ["laser"]
        assert uow.projects.find(active=False) == uow.projects.find(after="laser") == []


def test_a_merged_customers_slips_and_items_are_the_persons(begin: Begin) -> None:
    merged = "01900000-0000-7000-8000-00000000eeee"
    registered = CustomerRegistered(
        branch="chain", customer=merged, number="C2", name="小明", kind="temporary", home_branch="sh-01"
    )
    with begin() as uow:
        uow.known.take(CUSTOMERS, Told(event=registered, version=1, time=NOW, id="m"))
        before = open_charge(slip(("LASER-1", 1), customer=merged), uow)
        take_payment(TakePayment(charge=before.id, tenders=[cash(128_000)]), uow)
    hers = opened(begin, ("CREAM", 1))
    with begin() as uow:
        uow.known.merge(merged, WANG, 2)
        after = open_charge(slip(("CREAM", 2), customer=merged), uow)
        assert (after.customer, after.customer_name) == (merged, "王小明")
        assert uow.charges.get(before.id).customer_name == "王小明"
        for file in (merged, WANG):
            found = uow.charges.find(ChargeFilter(customer=file), before=None, limit=10)
            assert [one.id for one in found] == [after.id, hers.id, before.id]
            assert {one.customer_name for one in found} == {"王小明"}
            assert [one.customer for one in uow.items.find(file, unused=True, before=None, limit=10)] == [merged]
        uow.known.merge(WANG, NOBODY, 2)  # whose file was not told yet
        assert uow.charges.get(hers.id).customer_name == "王小明"
