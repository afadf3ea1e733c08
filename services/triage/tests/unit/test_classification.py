"""T1-T6: the class that is proposed, and the override."""

from __future__ import annotations

import pytest
from triage.domain.errors import OverrideNeedsReason
from triage.domain.rotation.classify import Facts, Seen, confirm, propose_class
from triage.domain.words import VisitClass

CONSULTED = Seen(consultations=2)
DEALT = Seen(consultations=1, deals=1, completed_projects=1)


@pytest.mark.parametrize(
    ("facts", "klass", "rule"),
    [
        (Facts(), "first_visit", "T1"),
        (Facts(in_chain=CONSULTED), "first_visit", "T1"),
        (Facts(at_branch=CONSULTED), "return_visit", "T2"),
        (Facts(at_branch=DEALT, after_care=True), "recheck", "T3"),
        (Facts(at_branch=DEALT, after_care=True, wants_consult=True), "repurchase", "T3"),
        (Facts(at_branch=CONSULTED, after_care=True), "return_visit", "T2"),
        (Facts(at_branch=DEALT), "repurchase", "T4"),
        (Facts(at_branch=Seen(consultations=1, open_deposit=True), pays_balance=True),
         "repurchase", "T4"),
        (Facts(on_behalf_of_other=True), "other", "T5"),
        (Facts(haemangioma=True), "other", "T5"),
        (Facts(scar_age_months=2), "other", "T5"),
        (Facts(scar_age_months=3), "first_visit", "T1"),
        (Facts(age=18), "other", "T5"),
        (Facts(age=18, with_guardian=True), "first_visit", "T1"),
        (Facts(age=19), "first_visit", "T1"),
        (Facts(age=59), "first_visit", "T1"),
        (Facts(age=60), "other", "T5"),
        (Facts(age=65, at_branch=CONSULTED), "return_visit", "T2"),
        (Facts(free_trial=True), "other", "T5"),
        (Facts(at_branch=Seen(deals=1, paid_unused_items=1), for_treatment=True), "other", "T5"),
        (Facts(at_branch=DEALT, for_treatment=True), "repurchase", "T4"),
        (Facts(at_branch=DEALT, refund_only=True), "other", "T5"),
        (Facts(companion=True), "other", "T5"),
        (Facts(companion=True, own_appointment=True), "first_visit", "T1"),
        (Facts(project_offered=False), "other", "T5"),
        (Facts(asked_for_before=True), "first_visit", "T5"),
    ],
)  # fmt: skip
def test_proposed_class(facts: Facts, klass: str, rule: str) -> None:
    proposal = propose_class(facts)
    assert proposal.klass == klass
    assert {g.rule for g in proposal.grounds} == {rule}
    assert all(g.zh and g.en for g in proposal.grounds)


def test_t1_policy_first_visit_in_the_chain() -> None:
    assert propose_class(Facts(in_chain=CONSULTED), "chain").klass == "return_visit"


def test_all_grounds_are_told() -> None:
    grounds = propose_class(Facts(refund_only=True, free_trial=True)).grounds
    assert len(grounds) == 2


def test_t6_override_needs_a_reason() -> None:
    proposal = propose_class(Facts())
    assert not confirm(proposal, VisitClass.FIRST_VISIT).overridden
    with pytest.raises(OverrideNeedsReason):
        confirm(proposal, VisitClass.OTHER, "  ")
    assert confirm(proposal, VisitClass.OTHER, "asks for a friend").overridden
