"""The customer's history over all services: which facts are steps, and how they read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from qiantai.contracts import CHAIN, appointment, billing, customer, device_gateway, followup, triage
from qiantai.contracts.event import Event, publisher_of
from qiantai.money import shown
from qiantai.permissions import may
from qiantai.phones import hidden_in
from qiantai.told import Told

from customer.domain import words
from customer.domain.model import Step
from customer.domain.words import Text, word
from customer.known import PROJECTS
from customer.usecases.ports import UnitOfWork


def _said(zh: str, en: str, words: Text) -> Text:
    """Return a step with a word of its own language in the place of `{}`."""
    return zh.format(words[0]), en.format(words[1])


STEPS: dict[type[Event], Callable[[Any], Text]] = {
    customer.CardIssued: lambda e: (f"发卡 {e.number}", f"Card {e.number} issued"),
    customer.CardRevoked: lambda e: _said(
        f"卡片停用 {e.number}：{{}}", f"Card {e.number} out of use: {{}}", word(words.CARD_REASONS, e.reason)
    ),
    appointment.AppointmentBooked: lambda e: (f"预约 {e.number}", f"Appointment {e.number} booked"),
    appointment.AppointmentRescheduled: lambda e: (f"预约改期：{e.reason}", f"Appointment moved: {e.reason}"),
    appointment.AppointmentCancelled: lambda e: (f"取消预约：{e.reason}", f"Appointment cancelled: {e.reason}"),
    appointment.AppointmentConfirmed: lambda _: ("预约已确认", "Appointment confirmed"),
    appointment.AppointmentArrived: lambda _: ("已预约客户到院", "Arrived for the appointment"),
    appointment.AppointmentExpectedAgain: lambda e: (f"仍待到院：{e.reason}", f"Still expected: {e.reason}"),
    appointment.AppointmentCompleted: lambda _: ("预约完成", "Appointment completed"),
    appointment.AppointmentNoShow: lambda _: ("预约未到", "Did not come to the appointment"),
    device_gateway.ArrivalScanned: lambda _: ("扫码到院", "Card read on arrival"),
    triage.VisitRegistered: lambda e: _said(
        "到院登记：{}", "Visit registered as {}", word(words.CLASSES, e.visit_class)
    ),
    triage.VisitClassified: lambda e: _said("确认类别：{}", "Class confirmed: {}", word(words.CLASSES, e.visit_class)),
    triage.VisitAssigned: lambda e: (f"分诊：{e.why_zh}", f"Assigned: {e.why_en}"),
    triage.VisitVoided: lambda e: (f"分诊作废：{e.reason}", f"Assignment voided: {e.reason}"),
    triage.ConsultationStarted: lambda _: ("开始咨询", "Consultation started"),
    triage.ConsultationFinished: lambda e: _said(
        f"咨询结束：{{}}{_why(e.no_deal_reason, '（', '）')}",
        f"Consultation finished: {{}}{_why(e.no_deal_reason, ' (', ')')}",
        word(words.OUTCOMES, e.outcome),
    ),
    triage.StandInNoted: lambda e: (f"代接诊备注：{e.note}", f"Note of the stand-in: {e.note}"),
    triage.VisitStageChanged: lambda e: _said("就诊环节：{}", "Stage: {}", word(words.STAGES, e.stage)),
    billing.ChargeOpened: lambda e: (
        f"开收费单 {e.number}：{shown(e.total, e.currency)}",
        f"Charge slip {e.number}: {shown(e.total, e.currency)}",
    ),
    billing.ChargeVoided: lambda e: (f"收费单作废：{e.reason}", f"Charge slip voided: {e.reason}"),
    billing.PaymentReceived: lambda e: (f"收款 {shown(e.amount, e.currency)}", f"Paid {shown(e.amount, e.currency)}"),
    billing.ChargePaid: lambda e: (
        f"收费单已付清：{shown(e.total, e.currency)}",
        f"Charge slip paid in full: {shown(e.total, e.currency)}",
    ),
    billing.TreatmentItemPurchased: lambda e: (f"购买{{}} × {e.sessions}", f"Bought {{}} × {e.sessions}"),
    billing.TreatmentItemUsed: lambda e: (f"核销{{}}，剩余 {e.left}", f"Used {{}}, {e.left} left"),
    followup.PlanDrafted: lambda e: _said("回访计划：{}", "Follow-up planned: {}", word(words.KINDS, e.kind)),
    followup.PlanApproved: lambda e: _said("回访计划已批准：{}", "Follow-up approved: {}", word(words.KINDS, e.kind)),
    followup.PlanReturned: lambda e: (f"回访计划退回：{e.guidance}", f"Follow-up returned: {e.guidance}"),
    followup.PlanExecuted: lambda e: _said("已回访：{}", "Follow-up done: {}", word(words.RESULTS, e.result)),
    followup.PlanCancelled: lambda e: (f"回访取消：{e.reason}", f"Follow-up cancelled: {e.reason}"),
}
"""How each fact reads; `{}` that is left is the project's name."""
_OF_PROJECTS = (billing.TreatmentItemPurchased, billing.TreatmentItemUsed)


def _why(reason: str | None, before: str, after: str) -> str:
    """Return a reason in its brackets; what people wrote is no place for a word."""
    return "" if not reason else f"{before}{reason}{after}".replace("{", "{{").replace("}", "}}")


_RIGHTS = {
    "customer": "customer.read",
    "appointment": "appointment.read",
    "device-gateway": "board.read",
    "triage": "visit.read",
    "billing": "charge.read",
    "followup": "plan.read",
}
"""What the service that owns a fact asks of whoever reads it there."""


def steps_for(customer: str, uow: UnitOfWork, *, limit: int) -> Sequence[Step]:
    """Return the history as far as the actor may read it in the owning services: by right and by branch.

    Numbers that people have written into notes are hidden; whoever needs one takes it from the file.
    """
    kinds = [kind_of(event) for event in STEPS if may(uow.actor, _right(event))]
    steps = uow.timeline.of(customer, kinds=kinds, scope=uow.actor.scope, limit=limit)
    return [replace(step, zh=hidden_in(step.zh), en=hidden_in(step.en)) for step in steps]


def _right(event: type[Event]) -> str:
    return "item.read" if event in _OF_PROJECTS else _RIGHTS[publisher_of(event.TYPE)]


def kind_of(event: type[Event]) -> str:
    """Return what a step of this fact is called in the history."""
    return event.TYPE.rsplit(".", 1)[0]


def add_step(told: Told[Event], uow: UnitOfWork) -> None:
    """Add one fact of another service to the customer's history; the file is open where it happened (C12)."""
    event = told.event
    zh, en = STEPS[type(event)](event)
    if isinstance(event, _OF_PROJECTS):
        project = uow.known.get(PROJECTS, event.project)
        zh, en = _said(zh, en, (project.name_zh, project.name_en) if project else ("项目", "a project"))
    step = Step(
        at=told.time,
        what=kind_of(type(event)),
        branch=event.branch,
        zh=zh,
        en=en,
        details={"subject": event.subject},
    )
    uow.timeline.add(event.customer, step, message=told.id)  # type: ignore[attr-defined]
    if event.branch != CHAIN:
        uow.customers.open_in(event.customer, event.branch, told.time)  # type: ignore[attr-defined]
