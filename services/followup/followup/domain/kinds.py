"""Kinds of follow-up (回访类别), grouped as the white paper does (F2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind with its group, in Chinese and English."""

    code: str
    name_zh: str
    name_en: str
    group: str
    group_zh: str
    group_en: str


_GROUPS: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "product_consultation",
        "产品咨询",
        "Product consultation",
        (
            ("need_tracking", "客户需求跟进", "Tracking of needs"),
            ("product_recommendation", "推荐产品", "Recommendation of a product"),
        ),
    ),
    (
        "consultation_service",
        "咨询服务",
        "Consultation service",
        (("answer_questions", "解答疑问", "Answering open questions"),),
    ),
    (
        "appointment_reminder",
        "预约提醒",
        "Appointment reminder",
        (("day_before", "到院前一天提醒", "Reminder the day before"),),
    ),
    (
        "customer_tracking",
        "客户跟进",
        "Customer tracking",
        (("rebook_expired", "到期预约回访", "Appointment expired, booking anew"),),
    ),
    ("call_return", "来电回复", "Return of calls", (("missed_call", "未接来电回复", "Return of a missed call"),)),
    (
        "before_surgery",
        "术前关怀",
        "Before surgery",
        (
            ("surgery_notes", "术前沟通", "Notes the day before"),
            ("surgery_confirmation", "手术预约确认", "Confirmation of the surgery's date"),
            ("treatment_confirmation", "治疗预约确认", "Confirmation of the treatment's date"),
        ),
    ),
    (
        "after_surgery",
        "术后跟踪",
        "After surgery and treatment",
        (
            ("recovery_guidance", "术后恢复指导", "Guidance for recovery"),
            ("recovery_tracking", "术后回访", "Tracking of recovery"),
            ("after_treatment", "治疗后回访", "After a treatment"),
            ("psychological_support", "心理疏导", "Psychological support"),
            ("stitches_reminder", "提醒拆线", "Reminder of stitches"),
        ),
    ),
    (
        "beauty_information",
        "美容资讯",
        "Wellness and beauty",
        (
            ("wellness_knowledge", "养生知识宣导", "Wellness and nutrition"),
            ("beauty_news", "美容资讯", "Beauty news"),
        ),
    ),
    (
        "after_sales",
        "售后服务",
        "After-sales service",
        (
            ("recheck_reminder", "提醒复查", "Reminder of a recheck"),
            ("cosmetics_purchase", "代购化妆品", "Cosmetics bought for the customer"),
        ),
    ),
    (
        "care",
        "客户关怀",
        "Care",
        (
            ("birthday", "祝贺生日", "Birthday"),
            ("holiday_greeting", "节日问候", "Holiday greeting"),
            ("event_notice", "活动告知", "Notice of an event"),
        ),
    ),
    (
        "member_service",
        "会员服务",
        "Member service",
        (("member_service", "会员服务", "Points, merchants and other member services"),),
    ),
)

KINDS: tuple[Kind, ...] = tuple(
    Kind(code=code, name_zh=zh, name_en=en, group=group, group_zh=group_zh, group_en=group_en)
    for group, group_zh, group_en, kinds in _GROUPS
    for code, zh, en in kinds
)
"""All kinds in the white paper's order."""
CODES: tuple[str, ...] = tuple(kind.code for kind in KINDS)
