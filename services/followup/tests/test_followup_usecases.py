"""Use cases of plans and what they keep: each test runs on the ports in memory and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from followup.bootstrap import service
from followup.domain.errors import NotApproved, NotInThisState, OwnDraft, TemplateChanged, UnknownPlan, UnknownTemplate
from followup.domain.plan import ATTEMPTS, RETRY_AFTER, RETRY_WITHIN, Completion, Plan
from followup.domain.template import NO_SHOW, TREATMENT_USED, Conditions, Fact, Template
from followup.storage.unit_of_work import FollowupUnitOfWork
from followup.usecases import jobs
from followup.usecases.approve_plans import approve_plan, return_plan
from followup.usecases.cancel_plan import cancel_plan
from followup.usecases.draft_plan import add_plan, submit_plan
from followup.usecases.execute_plan import ExecutePlan, NextPlan, ReviewPlan, execute_plan, review_plan
from followup.usecases.ports import PlanFilter, UnitOfWork
from followup_memory import Memory, MemoryFollowup
from qiantai.actors import Actor
from qiantai.ids import new_id
from qiantai.service import Service
from qiantai.storage.unit_of_work import transaction
from qiantai.testing.memory import rolled_back
from qiantai.testing.service import ServiceUnderTest
from qiantai.uow import Context

WANG = "01900000-0000-7000-8000-00000000aaaa"
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
Begin = Callable[..., AbstractContextManager[UnitOfWork]]


def actor(id_: str, branch: str) -> Actor:
    return Actor(id=id_, name=id_.title(), branches=frozenset({branch}))


def in_memory() -> Begin:
    memory = Memory()

    @contextmanager
    def begin(id_: str = "ann", *, at: datetime = NOW, branch: str = "*") -> Iterator[UnitOfWork]:
        with rolled_back(memory):
            yield MemoryFollowup(memory, actor(id_, branch), at)

    return begin


def on_postgresql(followup: ServiceUnderTest) -> Begin:
    def begin(id_: str = "ann", *, at: datetime = NOW, branch: str = "*") -> AbstractContextManager[UnitOfWork]:
        return transaction(followup.engine, FollowupUnitOfWork, Context(actor=actor(id_, branch), now=at))

    return begin


@pytest.fixture(params=["memory", "postgresql"])
def begin(request: pytest.FixtureRequest) -> Begin:
    """Transactions of a member of staff, ann unless said otherwise."""
    if request.param == "memory":
        return in_memory()
    under_test: Callable[[Service], ServiceUnderTest] = request.getfixturevalue("under_test")
    return on_postgresql(under_test(service()))


def plan(**changes: object) -> Plan:
    made = Plan(
        id=new_id(),
        branch="sh-01",
        customer=WANG,
        kind="need_tracking",
        state="drafted",
        due_from=NOW,
        due_until=NOW + 24 * HOUR,
        drafted_by="ann",
        created_at=NOW,
        version=1,
        content="问顾虑",
    )
    return replace(made, **changes)


def added(begin: Begin, **changes: object) -> str:
    made = plan(**changes)
    with begin() as uow:
        assert add_plan(made, uow)
    return made.id


def approved(begin: Begin, **changes: object) -> str:
    return added(begin, state="approved", approved_by="sue", **changes)


def got(begin: Begin, id_: str) -> Plan:
    with begin() as uow:
        found = uow.plans.get(id_)
        assert uow.plans.lock(id_) == found
        return found


def found(begin: Begin, *, after: Plan | None = None, limit: int = 10, **wanted: str) -> list[str]:
    with begin() as uow:
        place = None if after is None else (after.due_until, after.id)
        ends = {None: NOW + 14 * HOUR, "la-01": NOW + 2 * HOUR}
        plans = uow.plans.find(PlanFilter(**wanted), now=NOW, day_ends=ends, after=place, limit=limit)
        return [one.id for one in plans]


def test_a_plan_goes_from_draft_to_review_and_each_step_is_kept(begin: Begin) -> None:
    id_ = added(begin)
    with begin() as uow:
        submit_plan(id_, Completion(content="先问恢复"), uow)
    with begin("sue") as uow:
        approve_plan(id_, Completion(due_from=NOW + HOUR), uow)
    for at, state in ((NOW, "approved"), (NOW + HOUR, "due"), (NOW + 2 * HOUR, "due")):
        with begin("service:followup", at=at) as uow:
            jobs.mark_due(uow)
        assert got(begin, id_).state == state
    with begin(at=NOW + 2 * HOUR) as uow:
        execute_plan(ExecutePlan(plan=id_, result="reached", feedback="很好", ended="满意"), uow)
    with begin("sue") as uow:
        after = review_plan(ReviewPlan(plan=id_, score=95), uow)
        assert uow.plans.get(id_) == after
    assert (after.state, after.version, after.executed_by, after.executed_at) == ("reviewed", 6, "ann", NOW + 2 * HOUR)
    with begin() as uow:
        steps = [(step["what"], step["actor"], step["at"]) for step in uow.plans.history(id_)]
        assert uow.plans.history(id_)[1]["details"] == {"content": ["问顾虑", "先问恢复"]}
    assert steps == [
        ("planned", "ann", NOW),
        ("submitted", "ann", NOW),
        ("approved", "sue", NOW),
        ("due", "service:followup", NOW + HOUR),
        ("executed", "ann", NOW + 2 * HOUR),
        ("reviewed", "sue", NOW),
    ]


def test_who_is_not_reached_is_called_again_until_it_is_in_vain(begin: Begin) -> None:
    id_ = approved(begin)
    for attempt in range(1, ATTEMPTS + 1):
        with begin() as uow:
            after = execute_plan(ExecutePlan(plan=id_, result="not_reached"), uow)
        assert (after.attempts, after.state) == (attempt, "ended" if attempt == ATTEMPTS else "approved")
        if after.state == "approved":
            assert (after.due_from, after.due_until) == (NOW + RETRY_AFTER, NOW + RETRY_WITHIN)
    with pytest.raises(NotApproved), begin() as uow:
        execute_plan(ExecutePlan(plan=id_, result="reached", ended="x"), uow)
    with begin() as uow:
        assert [step["what"] for step in uow.plans.history(id_)] == ["planned", "tried", "tried", "ended"]


def test_a_call_gives_the_next_plan(begin: Begin) -> None:
    id_ = approved(begin, executor="ann", visit=WANG)
    wanted = NextPlan(kind="recheck_reminder", due_from=NOW + HOUR, due_until=NOW + 2 * HOUR, content="复查")
    with begin() as uow:
        executed = execute_plan(ExecutePlan(plan=id_, result="reached", feedback="好", next_plan=wanted), uow)
    following = got(begin, str(executed.next_plan))
    assert (following.previous, following.state, following.executor, following.visit) == (id_, "submitted", "ann", WANG)


def test_what_is_refused_changes_nothing(begin: Begin) -> None:
    own, draft = added(begin, state="submitted"), added(begin)
    with pytest.raises(OwnDraft), begin() as uow:
        approve_plan(own, Completion(), uow)

    def cancel_and_return() -> None:
        with begin("sue") as uow:
            cancel_plan(own, "x", uow)
            return_plan(draft, "写清楚", uow)

    with pytest.raises(NotInThisState) as refused:
        cancel_and_return()
    facts = refused.value.facts
    assert (facts["state"], facts["possible"], facts["by"]) == ("drafted", ["submitted", "cancelled"], "ann")
    assert (got(begin, own).state, got(begin, draft).state) == ("submitted", "drafted")


def test_a_template_makes_one_plan_of_a_cause(begin: Begin) -> None:
    with begin() as uow:
        made = [
            add_plan(plan(template=template, cause=cause), uow)
            for template, cause in (
                ("a", "visit:1"),
                ("a", "visit:1"),
                ("b", "visit:1"),
                ("a", "visit:2"),
                (None, None),
            )
        ]
        assert add_plan(plan(), uow)
        assert uow.plans.causes_of("a", ["visit:1", "visit:3"]) == {"visit:1"}
    assert made == [True, False, True, True, True]


def test_what_falls_due_is_approved_and_has_begun(begin: Begin) -> None:
    later, first = approved(begin), approved(begin, due_from=NOW - HOUR)
    added(begin, state="submitted")
    approved(begin, due_from=NOW + HOUR)
    with begin() as uow:
        assert [one.id for one in uow.plans.lock_falling_due(NOW, limit=10)] == [first, later]
        assert [one.id for one in uow.plans.lock_falling_due(NOW, limit=1)] == [first]


def test_open_plans_are_found_by_customer_role_and_executor(begin: Begin) -> None:
    owners, nurses = added(begin, executor_role="owner", executor="zhao"), approved(begin, executor_role="nurse")
    added(begin, state="cancelled", executor_role="owner", executor="zhao")
    other = added(begin, customer=new_id(), executor_role="owner")
    with begin() as uow:
        for wanted, ids in (
            ({"customer": WANG}, [owners, nurses]),
            ({"role": "owner"}, [owners, other]),
            ({"customer": WANG, "role": "owner"}, [owners]),
            ({"executor": "zhao"}, [owners]),
        ):
            assert [one.id for one in uow.plans.lock_open_of(**wanted)] == ids


def test_lists_begin_with_the_most_urgent(begin: Begin) -> None:
    over = approved(begin, due_from=NOW - 2 * HOUR, due_until=NOW - HOUR)
    today = approved(begin, due_until=NOW + 2 * HOUR, executor="zhao")
    tomorrow = approved(begin, due_from=NOW + 20 * HOUR)
    tonight = approved(begin, due_from=NOW + 3 * HOUR, branch="la-01")  # its day has ended by then
    draft = added(begin, due_until=NOW + 3 * HOUR)
    assert found(begin) == [over, today, draft, tomorrow, tonight]
    assert found(begin, due="overdue") == [over]
    assert found(begin, due="today") == [today]
    assert found(begin, state="drafted") == [draft]
    assert found(begin, executor="zhao", customer=WANG) == [today]
    assert found(begin, branch="la-01") == [tonight]
    assert found(begin, after=got(begin, today), limit=2) == [draft, tomorrow]


def test_what_belongs_to_another_branch_is_not_there(begin: Begin) -> None:
    id_ = added(begin)
    with begin() as uow:
        uow.facts.add(happened("visit:1"), NOW)
    for read in (lambda uow: uow.plans.get(id_), lambda uow: uow.plans.lock(id_)):
        with pytest.raises(UnknownPlan), begin(branch="hz-01") as uow:
            read(uow)
    with begin(branch="hz-01") as uow:
        assert uow.plans.find(PlanFilter(), now=NOW, day_ends={None: NOW}) == []
        assert uow.facts.since(NO_SHOW, NOW, limit=10) == []


def template(code: str, **changes: object) -> Template:
    made = Template(
        code=code,
        name_zh=code,
        name_en=code,
        event=TREATMENT_USED,
        conditions=Conditions(project_class=("skin",), first_treatment=True),
        days=1,
        hours=None,
        window_from="10:00",
        window_until="18:00",
        kind="after_treatment",
        executor_role="nurse",
        content="问恢复",
        pre_approved=True,
        active=True,
        version=1,
    )
    return replace(made, **changes)


def test_templates_are_kept_in_versions(begin: Begin) -> None:
    with begin() as uow:
        before = list(uow.templates.all())
        for one in (
            template("zz-2"),
            template("zz-1"),
            template("zz-3", active=False),
            template("zz-4", event=NO_SHOW),
        ):
            uow.templates.put(one)
        assert uow.templates.get("zz-1") == template("zz-1")
        uow.templates.put(template("zz-1", version=2, content="新"))
    with begin() as uow:
        new = [one for one in uow.templates.all() if one not in before]
        assert [(one.code, one.version) for one in new] == [("zz-1", 2), ("zz-2", 1), ("zz-3", 1), ("zz-4", 1)]
        active = [one.code for one in uow.templates.active_of(TREATMENT_USED) if one not in before]
        assert active == ["zz-1", "zz-2"]
    for version in (1, 2, 4):
        with pytest.raises(TemplateChanged), begin() as uow:
            uow.templates.put(template("zz-1", version=version))
    with pytest.raises(UnknownTemplate), begin() as uow:
        uow.templates.get("zz-9")


def happened(cause: str, at: datetime = NOW, event: str = NO_SHOW) -> Fact:
    return Fact(cause=cause, event=event, branch="sh-01", customer=WANG, at=at, projects=("laser",))


def test_facts_are_kept_once_and_for_a_time(begin: Begin) -> None:
    first, second, other = happened("a:1"), happened("a:2", NOW + HOUR), happened("a:3", event=TREATMENT_USED)
    with begin() as uow:
        assert [uow.facts.add(one, NOW) for one in (first, second, other, happened("a:1", NOW + HOUR))] == [
            True
        ] * 3 + [False]
        assert uow.facts.since(NO_SHOW, NOW, limit=10) == [second, first]
        assert uow.facts.since(NO_SHOW, NOW + HOUR, limit=10) == [second]
        assert uow.facts.since(NO_SHOW, NOW, limit=1) == [second]
        uow.facts.forget(NOW)
        assert len(uow.facts.since(NO_SHOW, NOW, limit=10)) == 2
        uow.facts.forget(NOW + HOUR)
        assert uow.facts.since(NO_SHOW, NOW, limit=10) == []


def test_the_first_treatment_is_the_earliest_in_whatever_order_they_are_told(begin: Begin) -> None:
    early, late, b = new_id(), new_id(), NOW + HOUR
    with begin() as uow:
        assert uow.facts.is_first_treatment(WANG, late, b)
        assert uow.facts.is_first_treatment(WANG, early, NOW)
        assert not uow.facts.is_first_treatment(WANG, late, b)
        assert uow.facts.is_first_treatment(WANG, early, NOW)
        assert uow.facts.is_first_treatment(new_id(), late, b)


def test_a_merged_customers_plans_and_treatments_are_the_persons(begin: Begin) -> None:
    merged, early, late = new_id(), new_id(), new_id()
    his, hers = added(begin, customer=merged, due_until=NOW + HOUR), added(begin)
    other = added(begin, customer=new_id())
    with begin() as uow:
        assert uow.facts.is_first_treatment(merged, early, NOW)
        uow.known.merge(merged, WANG, 2)
    for file in (merged, WANG):
        assert found(begin, customer=file) == [his, hers]
        with begin() as uow:
            assert [one.id for one in uow.plans.lock_open_of(customer=file)] == sorted([his, hers])
    assert len(found(begin)) == len([his, hers, other])
    with begin() as uow:
        assert not uow.facts.is_first_treatment(WANG, late, NOW + HOUR)
        assert uow.facts.is_first_treatment(merged, early, NOW)
