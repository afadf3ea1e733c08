"""The customer's history over all services: which facts are steps, and how they read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qiantai.contracts import appointment, billing, customer, device_gateway, followup, triage
from qiantai.contracts.event import Event
from qiantai.told import Told

from customer.domain.model import Step
from customer.usecases.ports import UnitOfWork

Text = tuple[str, str]
"""Chinese and English."""


def _yuan(minor: int) -> str:
    return f"{minor / 100:,.2f}"


STEPS: dict[type[Event], Callable[[Any], Text]] = {
    customer.CardIssued: lambda e: (f"发卡 {e.number}", f"Card {e.number} issued"),
    customer.CardRevoked: lambda e: (f"卡片停用 {e.number}:{e.reason}", f"Card {e.number} out of use: {e.reason}"),
    appointment.AppointmentBooked: lambda e: (f"预约 {e.number}", f"Appointment {e.number} booked"),
    appointment.AppointmentRescheduled: lambda e: (f"预约改期:{e.reason}", f"Appointment moved: {e.reason}"),
    appointment.AppointmentCancelled: lambda e: (f"取消预约:{e.reason}", f"Appointment cancelled: {e.reason}"),
    appointment.AppointmentConfirmed: lambda _: ("预约已确认", "Appointment confirmed"),
    appointment.AppointmentArrived: lambda _: ("已预约客户到院", "Arrived for the appointment"),
    appointment.AppointmentCompleted: lambda _: ("预约完成", "Appointment completed"),
    appointment.AppointmentNoShow: lambda _: ("预约未到", "Did not come to the appointment"),
    device_gateway.ArrivalScanned: lambda e: (f"扫码到院({e.desk})", f"Card read at {e.desk}"),
    triage.VisitRegistered: lambda e: (f"到院登记:{e.visit_class}", f"Visit registered as {e.visit_class}"),
    triage.VisitClassified: lambda e: (f"确认类别:{e.visit_class}", f"Class confirmed: {e.visit_class}"),
    triage.VisitAssigned: lambda e: (f"分诊:{e.why_zh}", f"Assigned: {e.why_en}"),
    triage.VisitVoided: lambda e: (f"分诊作废:{e.reason}", f"Assignment voided: {e.reason}"),
    triage.ConsultationStarted: lambda _: ("开始咨询", "Consultation started"),
    triage.ConsultationFinished: lambda e: (
        "咨询结束:成交" if e.outcome == "deal" else f"咨询结束:未成交({e.no_deal_reason or ''})",
        f"Consultation finished: {e.outcome}",
    ),
    triage.StandInNoted: lambda e: (f"代接诊备注:{e.note}", f"Note of the stand-in: {e.note}"),
    triage.VisitStageChanged: lambda e: (f"就诊环节:{e.stage}", f"Stage: {e.stage}"),
    billing.ChargeOpened: lambda e: (
        f"开收费单 {e.number}:{_yuan(e.total)}",
        f"Charge slip {e.number}: {_yuan(e.total)}",
    ),
    billing.ChargeVoided: lambda e: (f"收费单作废:{e.reason}", f"Charge slip voided: {e.reason}"),
    billing.PaymentReceived: lambda e: (f"收款 {_yuan(e.amount)}", f"Paid {_yuan(e.amount)}"),
    billing.ChargePaid: lambda e: (f"收费单已付清:{_yuan(e.total)}", f"Charge slip paid in full: {_yuan(e.total)}"),
    billing.TreatmentItemPurchased: lambda e: (
        f"购买项目 {e.project} × {e.sessions}",
        f"Bought {e.project} × {e.sessions}",
    ),
    billing.TreatmentItemUsed: lambda e: (f"核销 {e.project},剩余 {e.left}", f"Used {e.project}, {e.left} left"),
    followup.PlanDrafted: lambda e: (f"回访计划:{e.kind}", f"Follow-up planned: {e.kind}"),
    followup.PlanApproved: lambda e: (f"回访计划已批准:{e.kind}", f"Follow-up approved: {e.kind}"),
    followup.PlanReturned: lambda e: (f"回访计划退回:{e.guidance}", f"Follow-up returned: {e.guidance}"),
    followup.PlanExecuted: lambda e: (f"已回访:{e.result}", f"Follow-up done: {e.result}"),
    followup.PlanCancelled: lambda e: (f"回访取消:{e.reason}", f"Follow-up cancelled: {e.reason}"),
}


def add_step(told: Told[Event], uow: UnitOfWork) -> None:
    """Add one fact of another service to the customer's history."""
    event = told.event
    zh, en = STEPS[type(event)](event)
    step = Step(
        at=told.time,
        what=event.TYPE.rsplit(".", 1)[0],
        branch=event.branch,
        zh=zh,
        en=en,
        details={"subject": event.subject},
    )
    uow.timeline.add(event.customer, step, message=told.id)  # type: ignore[attr-defined]
