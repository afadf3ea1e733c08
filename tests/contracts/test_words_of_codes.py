"""Each service says what the codes in its answers are called: every code of its enums and tables, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import appointment
import appointment.domain.model as slips
import billing.domain.charge as charges
import customer.domain.model as files
import device_gateway.domain.board as boards
import device_gateway.domain.codes as reads
import followup
import followup.domain.plan as plans
import pytest
from billing.domain.catalogue import KINDS as PRODUCTS
from customer.usecases.timeline import STEPS, kind_of
from device_gateway.domain import cleaning, devices
from embedded.services import all_services
from followup.domain import kinds
from followup.domain.template import EVENTS as TEMPLATE_EVENTS
from qiantai.application.openapi import document
from qiantai.contracts.triage import DEAL, NO_DEAL
from qiantai.permissions import ROLES
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.words import EXTENSION
from triage.domain.care.stages import FOLLOWS, PEOPLE
from triage.domain.figures.numbers import AT_THE_END, COUNTED
from triage.domain.ledger.chain import Fault
from triage.domain.ledger.codec import EVENTS
from triage.domain.policy.catalogue import FIELDS
from triage.domain.policy.forms import Kind
from triage.domain.policy.values import BOOK_LANES, Use, Way
from triage.domain.roster import shifts
from triage.domain.rotation import alerts
from triage.domain.words import BOOK, IN_FORCE, Basis, PassReason, Status, VisitClass
from triage.usecases.records import ALERT_STATES
from triage.usecases.register_visit import OTHER_BRANCH, Circumstances

Spoken = dict[str, dict[str, dict[str, str]]]
ACTS = {
    ("triage", "visits"): "visit_act",
    ("triage", "alerts"): "alert_act",
    ("triage", "consultants"): "consultant_act",
    ("triage", "customers"): "owner_act",
    ("triage", "policies"): "policy_act",
    ("appointment", "appointments"): "slip_act",
    ("billing", "charges"): "charge_act",
    ("billing", "items"): "item_act",
    ("followup", "plans"): "plan_act",
    ("followup", "templates"): "template_act",
    ("customer", "customers"): "file_act",
    ("customer", "cards"): "card_act",
    ("device-gateway", "staff"): "staff_act",
    ("device-gateway", "unrecognised"): "read_act",
    ("device-gateway", "devices"): "device_act",
}
"""Group of what is done with a thing: POST /…/{thing}/{its id}/{act}."""


def steps_of(package: Any) -> set[str]:
    """Return what `step(before, after, what)` writes into the histories of a service."""
    return {
        str(call.args[2].value)
        for file in (Path(package.__path__[0]) / "usecases").glob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "step" and len(call.args) > 2
        if isinstance(call.args[2], ast.Constant)
    }


def acts_of(service: Service) -> Iterator[tuple[str, str]]:
    """Yield thing and act of every route by which something is done with one thing."""
    for path, operations in document(service)["paths"].items():
        found = re.fullmatch(r".*/([\w-]+)/\{\w+\}/([\w-]+)", path)
        if found and "post" in operations:
            yield found.group(1), found.group(2)


SHOWN_STATES = {state for state, tab in boards._STAGES.items() if tab is not None}
EXPECTED: dict[str, Collection[str]] = {
    "class": VisitClass,
    "stage": FOLLOWS,
    "missing": {"projects", OTHER_BRANCH},
    "circumstance": [field.name for field in fields(Circumstances)],
    "receiver": {"consultant", "department", "online", "supervisor"},
    "outcome": {DEAL, NO_DEAL},
    "part": PEOPLE,
    "status": Status,
    "shift": set(shifts._WORDS.values()),
    "attendance_act": {"check-in", "check-out"},
    "basis": Basis,
    "pass_reason": PassReason,
    "severity": alerts.SEVERITIES,
    "alert": alerts.KINDS,
    "alert_state": ALERT_STATES,
    "entry": EVENTS,
    "fault": Fault,
    "measure": {*COUNTED, *AT_THE_END, "conversion", "waits", "wait_median_seconds", "wait_p95_seconds"},
    "trial_base": {IN_FORCE, BOOK},
    "lane": {lane.name for lane in BOOK_LANES},
    "lane_act": {"order"},
    "policy_choice": {code for field in FIELDS.values() if field.form.kind is Kind.CHOICE for code in field.form.codes},
    "policy_way": Way,
    "policy_use": Use,
    "policy_part": {part.name for field in FIELDS.values() for part in field.form.parts},
    "policy_level": {"book", "chain", "branch"},
    "slip_state": slips.STATES,
    "slip_kind": slips.KINDS,
    "intent": slips.INTENTS,
    "punctuality": {"early", "on_time", "late"},
    "slip_step": steps_of(appointment),
    "charge_state": charges.STATES,
    "product_kind": PRODUCTS,
    "tender": charges.TENDERS,
    "account": {"receivable", "sales", "tender"},
    "plan_state": plans.STATES,
    "plan_kind": kinds.CODES,
    "plan_group": {kind.group for kind in kinds.KINDS},
    "plan_step": {*steps_of(followup), "tried", "executed", "ended"},
    "result": plans.RESULTS,
    "mood": plans.MOODS,
    "next_step": {"plan", "ended"},
    "executor": plans.ROLES,
    "template_event": TEMPLATE_EVENTS,
    "file_kind": files.KINDS,
    "file_field": {*files.EDITABLE, "phones"},
    "gender": files.GENDERS,
    "card_kind": files.CARD_KINDS,
    "card_state": files.NEXT,
    "step": {kind_of(event) for event in STEPS},
    "tab": boards.TABS,
    "board_state": {*SHOWN_STATES, *boards._EXPECTED, *boards._SETTLED, "scanned", "arrived", "due", "to_charge"},
    "flag": {"late", "supervisor", "elsewhere"},
    "role": ROLES,
    "device_state": {"unknown", "online", "offline", "faulty"},
    "device_fault": {*devices._FAULTS.values(), devices.GARBAGE, devices.REMOVED},
    "read_state": {"open", "dismissed", "bound"},
    "read_kind": {*files.CARD_KINDS, reads.APPOINTMENT},
    "read_fault": {cleaning.NO_PREFIX, cleaning.NO_SUFFIX, cleaning.NO_END, cleaning.NO_TEXT, cleaning.EMPTY},
    "read_reason": {
        reads.UNKNOWN_CODE,
        *reads._CLOSED_APPOINTMENTS.values(),
        *(f"card_{state}" for state in files.NEXT[files.IN_USE]),
    },
}
SERVICES = pytest.mark.parametrize("service", all_services(), ids=lambda service: service.name)


def words_of(service: Service) -> Spoken:
    """Return what a service says in its OpenAPI document."""
    spoken: Spoken = document(service)[EXTENSION]
    return spoken


@SERVICES
def test_every_code_has_words_and_no_words_are_for_nothing(service: Service) -> None:
    acts: dict[str, set[str]] = {}
    for thing, act in acts_of(service):
        acts.setdefault(ACTS[service.name, thing], set()).add(act)
    for group, words in words_of(service).items():
        assert set(words) == set(acts.pop(group, None) or EXPECTED[group]), group
    assert not acts, "acts without words"


@SERVICES
def test_words_are_in_both_languages_and_plain(service: Service) -> None:
    for group, words in words_of(service).items():
        for code, text in words.items():
            zh, en = text["zh"], text["en"]
            assert re.search("[\u4e00-\u9fff]", zh), (group, code)
            assert re.fullmatch("[A-Z0-9][^_\u4e00-\u9fff]*", en), (group, code)
            assert not re.search("[{}@|]", zh + en), (group, code)  # they mean something to vue-i18n


def test_no_two_services_have_a_group_of_one_name() -> None:
    groups = [group for service in all_services() for group in words_of(service)]
    assert len(groups) == len(set(groups))
    assert set(groups) == {*EXPECTED, *ACTS.values()}


@SERVICES
def test_whoever_is_signed_in_is_told_the_words(
    service: Service, under_test: Callable[[Service], ServiceUnderTest]
) -> None:
    answer = under_test(service).as_("screen").get(f"{service.prefix}/words")
    assert answer.status_code == 200
    assert answer.json == {"groups": words_of(service)}
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
