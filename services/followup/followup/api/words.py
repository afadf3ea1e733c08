"""Words for the codes in this service's answers."""

from __future__ import annotations

from qiantai.web.words import Words, routes_of

from followup.domain.kinds import KINDS
from followup.domain.template import EVENT_NAMES

WORDS: Words = {
    "plan_state": {
        "drafted": ("草稿", "draft"),
        "submitted": ("待审批", "to approve"),
        "returned": ("已退回", "returned"),
        "approved": ("已批准", "approved"),
        "due": ("待回访", "due"),
        "executed": ("已回访", "done"),
        "reviewed": ("已点评", "reviewed"),
        "cancelled": ("已取消", "cancelled"),
        "ended": ("已结束", "ended"),
    },
    "plan_kind": {kind.code: (kind.name_zh, kind.name_en) for kind in KINDS},
    "plan_group": {kind.group: (kind.group_zh, kind.group_en) for kind in KINDS},
    "plan_act": {
        "execute": ("执行", "execute"),
        "submit": ("提交审批", "submit"),
        "approve": ("批准", "approve"),
        "return": ("退回", "return"),
        "review": ("点评", "review"),
        "cancel": ("取消计划", "cancel the plan"),
    },
    "plan_step": {
        "planned": ("计划", "planned"),
        "submitted": ("提交审批", "submitted"),
        "approved": ("批准", "approved"),
        "returned": ("退回", "returned"),
        "due": ("到期", "due"),
        "tried": ("未联系上", "tried in vain"),
        "executed": ("已回访", "done"),
        "ended": ("结束", "ended"),
        "reviewed": ("点评", "reviewed"),
        "moved": ("改期", "moved"),
        "handed_over": ("移交", "handed over"),
        "cancelled": ("取消", "cancelled"),
    },
    "result": {
        "reached": ("已联系到", "reached"),
        "not_reached": ("未联系到", "not reached"),
        "refused": ("拒绝回访", "refused"),
    },
    "mood": {
        "satisfied": ("满意", "satisfied"),
        "calm": ("平静", "calm"),
        "worried": ("担心", "worried"),
        "upset": ("不满", "upset"),
        "angry": ("生气", "angry"),
    },
    "next_step": {"plan": ("再次回访", "another follow-up"), "ended": ("结束", "ended")},
    "executor": {
        "owner": ("首诊咨询医生", "owner"),
        "consultant": ("咨询医生", "consultant"),
        "nurse": ("护士", "nurse"),
        "service_desk": ("客服回访", "follow-up desk"),
    },
    "template_event": EVENT_NAMES,
    "template_act": {"preview": ("预览", "preview")},
}

routes = routes_of(WORDS)
