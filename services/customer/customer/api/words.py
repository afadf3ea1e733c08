"""Words for the codes in this service's answers."""

from __future__ import annotations

from qiantai.contracts import appointment, billing, customer, device_gateway, followup, triage
from qiantai.contracts.event import Event
from qiantai.web.words import Text, Words, routes_of

from customer.domain.model import IN_USE
from customer.domain.words import CARD_REASONS
from customer.usecases.timeline import kind_of

_STEPS: dict[type[Event], Text] = {
    appointment.AppointmentBooked: ("预约", "appointment booked"),
    appointment.AppointmentConfirmed: ("预约确认", "appointment confirmed"),
    appointment.AppointmentRescheduled: ("预约改期", "appointment moved"),
    appointment.AppointmentCancelled: ("取消预约", "appointment cancelled"),
    appointment.AppointmentArrived: ("按预约到院", "arrived for the appointment"),
    appointment.AppointmentExpectedAgain: ("仍待到院", "still expected"),
    appointment.AppointmentCompleted: ("预约完成", "appointment completed"),
    appointment.AppointmentNoShow: ("预约未到", "did not come"),
    device_gateway.ArrivalScanned: ("扫码到院", "card read"),
    triage.VisitRegistered: ("到院登记", "visit registered"),
    triage.VisitClassified: ("确认类别", "class confirmed"),
    triage.VisitAssigned: ("分诊", "assigned"),
    triage.VisitVoided: ("分诊作废", "triage void"),
    triage.ConsultationStarted: ("开始咨询", "consultation started"),
    triage.ConsultationFinished: ("咨询结束", "consultation finished"),
    triage.StandInNoted: ("代接诊备注", "note of the stand-in"),
    triage.VisitStageChanged: ("就诊环节", "stage"),
    billing.ChargeOpened: ("开收费单", "charge slip opened"),
    billing.ChargeVoided: ("收费单作废", "charge slip void"),
    billing.PaymentReceived: ("收款", "payment"),
    billing.ChargePaid: ("收费单付清", "charge slip paid"),
    billing.TreatmentItemPurchased: ("购买项目", "item bought"),
    billing.TreatmentItemUsed: ("核销", "item used"),
    followup.PlanDrafted: ("回访计划", "follow-up planned"),
    followup.PlanApproved: ("回访批准", "follow-up approved"),
    followup.PlanReturned: ("回访退回", "follow-up returned"),
    followup.PlanExecuted: ("已回访", "follow-up done"),
    followup.PlanCancelled: ("回访取消", "follow-up cancelled"),
    customer.CardIssued: ("发卡", "card issued"),
    customer.CardRevoked: ("卡片停用", "card out of use"),
}

WORDS: Words = {
    "file_kind": {"full": ("正式档案", "full file"), "temporary": ("临时档案", "temporary file")},
    "file_field": {
        "name": ("姓名", "name"),
        "phones": ("手机", "phones"),
        "gender": ("性别", "gender"),
        "birthday": ("生日", "birthday"),
        "kind": ("档案类别", "kind of file"),
        "source": ("来源渠道", "source"),
        "referrer": ("介绍人", "referrer"),
        "address": ("地址", "address"),
        "occupation": ("职业", "occupation"),
        "remark": ("备注", "remark"),
    },
    "file_act": {"cards": ("发卡", "issue a card"), "reveal": ("查看号码", "reveal numbers")},
    "gender": {"female": ("女", "female"), "male": ("男", "male"), "other": ("其他", "other")},
    "card_kind": {
        "design": ("形象设计卡", "design card"),
        "temporary": ("临时接待卡", "temporary card"),
        "member": ("会员卡", "member card"),
    },
    "card_state": {IN_USE: ("使用中", "in use"), **CARD_REASONS},
    "card_act": {"revoke": ("停用", "take out of use")},
    "step": {kind_of(event): text for event, text in _STEPS.items()},
}

routes = routes_of(WORDS)
