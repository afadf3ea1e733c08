"""Words for the codes that other services tell, in Chinese and English: no code is shown to people."""

from __future__ import annotations

from collections.abc import Mapping

Text = tuple[str, str]
"""Chinese and English."""

CARD_REASONS: Mapping[str, Text] = {
    "lost": ("挂失", "lost"),
    "returned": ("退回", "returned"),
    "replaced": ("更换", "replaced"),
}
CLASSES: Mapping[str, Text] = {
    "first_visit": ("初诊", "first visit"),
    "return_visit": ("复诊", "return visit"),
    "recheck": ("复查", "recheck"),
    "repurchase": ("再消费", "repurchase"),
    "other": ("其他", "other"),
}
STAGES: Mapping[str, Text] = {
    "examination": ("检查", "examination"),
    "diagnosis": ("诊断设计", "diagnosis"),
    "treatment_plan": ("治疗方案", "treatment plan"),
    "payment": ("付款", "payment"),
    "treatment": ("治疗", "treatment"),
    "after_care": ("术后护理", "after-care"),
    "leaving": ("离院", "leaving"),
    "left": ("已离院", "left"),
}
OUTCOMES: Mapping[str, Text] = {"deal": ("成交", "deal"), "no_deal": ("未成交", "no deal")}
RESULTS: Mapping[str, Text] = {
    "reached": ("已联系到", "reached"),
    "not_reached": ("未联系到", "not reached"),
    "refused": ("拒绝回访", "refused"),
}
KINDS: Mapping[str, Text] = {
    "need_tracking": ("客户需求跟进", "tracking of needs"),
    "product_recommendation": ("推荐产品", "recommendation of a product"),
    "answer_questions": ("解答疑问", "answering open questions"),
    "day_before": ("到院前一天提醒", "reminder the day before"),
    "rebook_expired": ("到期预约回访", "booking anew"),
    "missed_call": ("未接来电回复", "return of a missed call"),
    "surgery_notes": ("术前沟通", "notes before surgery"),
    "surgery_confirmation": ("手术预约确认", "confirmation of the surgery's date"),
    "treatment_confirmation": ("治疗预约确认", "confirmation of the treatment's date"),
    "recovery_guidance": ("术后恢复指导", "guidance for recovery"),
    "recovery_tracking": ("术后回访", "tracking of recovery"),
    "after_treatment": ("治疗后回访", "after a treatment"),
    "psychological_support": ("心理疏导", "psychological support"),
    "stitches_reminder": ("提醒拆线", "reminder of stitches"),
    "wellness_knowledge": ("养生知识宣导", "wellness and nutrition"),
    "beauty_news": ("美容资讯", "beauty news"),
    "recheck_reminder": ("提醒复查", "reminder of a recheck"),
    "cosmetics_purchase": ("代购化妆品", "cosmetics for the customer"),
    "birthday": ("祝贺生日", "birthday"),
    "holiday_greeting": ("节日问候", "holiday greeting"),
    "event_notice": ("活动告知", "notice of an event"),
    "member_service": ("会员服务", "member service"),
}
"""回访类别."""


def word(words: Mapping[str, Text], code: str) -> Text:
    """Return the word of a code; of one that is new here, that it is something else."""
    return words.get(code, ("其他", "other"))
