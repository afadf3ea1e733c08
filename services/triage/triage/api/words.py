"""Words for the codes in this service's answers."""

from __future__ import annotations

from qiantai.contracts import CHAIN
from qiantai.contracts.receiver import CONSULTANT, DEPARTMENT, ONLINE, SUPERVISOR
from qiantai.contracts.triage import DEAL, NO_DEAL
from qiantai.web.words import Text, Words, routes_of

from triage.api.numbers import MEASURES
from triage.domain.care.stages import STAGE_NAMES
from triage.domain.ledger.chain import Fault
from triage.domain.policy.values import (
    LANE_WORDS,
    NOTES_WORDS,
    ORDER_WORDS,
    SCOPE_WORDS,
    START_WORDS,
    USE_WORDS,
    WAY_WORDS,
)
from triage.domain.roster.shifts import IN_CHINESE
from triage.domain.rotation import alerts
from triage.domain.rotation.explain import basis_words, pass_words
from triage.domain.words import BOOK, CLASS_NAMES, IN_FORCE, Basis, PassReason, Status, VisitClass
from triage.usecases.records import ACKNOWLEDGED, CLEARED, OPEN
from triage.usecases.register_visit import OTHER_BRANCH

_ACTS: dict[str, Text] = {
    "accept": ("接受", "accept"),
    "start": ("开始咨询", "start"),
    "finish": ("结束咨询", "finish"),
    "stage": ("下一环节", "go on"),
    "triage": ("补问并分诊", "ask and assign"),
    "retriage": ("重新分诊", "decide anew"),
    "second": ("再分诊", "second triage"),
    "stand-in": ("指定替代", "name a stand-in"),
    "change": ("更换咨询医生", "change consultant"),
    "reassign": ("改派", "reassign"),
    "class": ("改类别", "change class"),
    "referrer": ("补登介绍人", "add referrer"),
    "void": ("作废", "void"),
    "leave": ("离开", "leaves"),
}
_ENTRIES: dict[str, Text] = {
    "arrive": ("到院", "arrival"),
    "accept": ("接受", "accepted"),
    "start": ("开始咨询", "consultation begins"),
    "finish": ("咨询结束", "consultation ends"),
    "leave": ("离开", "left"),
    "void": ("分诊作废", "triage void"),
    "retriage": ("重新分诊", "decided anew"),
    "second_triage": ("再分诊", "second triage"),
    "change_consultant": ("更换咨询医生", "change of consultant"),
    "supervisor_names": ("主管指派", "supervisor's word"),
    "objects": ("异议并指定替代", "objection and stand-in"),
    "reclassify": ("变更类别", "class changed"),
    "referrer_found": ("补登介绍人", "referrer found"),
    "notes_found": ("补读网电备注", "online notes found"),
    "tick": ("到时处理", "waits that were due"),
    "status": ("状态变更", "status"),
    "reorder": ("调整顺序", "order changed"),
    "move_owner": ("更改责任人", "owner changed"),
    "owner_known": ("获知责任人", "owner known"),
    "set_consultant": ("排班变更", "roster changed"),
    "set_project": ("项目变更", "project changed"),
}
_CIRCUMSTANCES: dict[str, Text] = {
    "companion": ("陪同", "companion"),
    "on_behalf_of_other": ("替人咨询", "for somebody else"),
    "with_guardian": ("监护人陪同", "with a guardian"),
    "for_treatment": ("来做治疗", "for treatment"),
    "after_care": ("术后护理", "after-care"),
    "wants_consult": ("要面诊", "wants to consult"),
    "pays_balance": ("补尾款", "pays the balance"),
    "refund_only": ("只退款", "refund only"),
    "free_trial": ("免费体验", "free trial"),
    "haemangioma": ("血管瘤", "haemangioma"),
    "project_offered": ("项目可做", "project is offered here"),
    "scar_age_months": ("疤痕月数", "age of the scar in months"),
}

WORDS: Words = {
    "class": {klass: CLASS_NAMES[klass] for klass in VisitClass},
    "stage": STAGE_NAMES,
    "visit_act": _ACTS,
    "missing": {"projects": ("项目", "project"), OTHER_BRANCH: ("他店未结束的接待", "open visit in another branch")},
    "circumstance": _CIRCUMSTANCES,
    "receiver": {
        CONSULTANT: ("咨询医生", "consultant"),
        DEPARTMENT: ("科室", "department"),
        ONLINE: ("网电咨询", "online consultant"),
        SUPERVISOR: ("主管", "supervisor"),
    },
    "outcome": {DEAL: ("成交", "deal"), NO_DEAL: ("未成交", "no deal")},
    "part": {
        "consultant": ("咨询医生", "consultant"),
        "doctor": ("医生", "doctor"),
        "nurse": ("护士", "nurse"),
        "anaesthetist": ("麻醉师", "anaesthetist"),
        "guide": ("导医", "guide"),
    },
    "status": {
        Status.IDLE: ("空闲", "idle"),
        Status.BUSY: ("接诊中", "busy"),
        Status.OUT: ("外出", "out"),
        Status.OFF: ("休息", "off"),
        Status.LEAVE: ("请假", "on leave"),
        Status.LATE: ("迟到", "late"),
    },
    "shift": {code: (zh, code) for code, zh in IN_CHINESE.items()},
    "attendance_act": {"check-in": ("签到", "check in"), "check-out": ("签退", "check out")},
    "basis": {basis: (basis_words(basis).zh, basis_words(basis).en) for basis in Basis},
    "pass_reason": {reason: (pass_words(reason).zh, pass_words(reason).en) for reason in PassReason},
    "severity": {
        alerts.URGENT: ("紧急", "urgent"),
        alerts.WARNING: ("注意", "warning"),
        alerts.NOTICE: ("一般", "notice"),
    },
    "alert": {
        alerts.NOBODY: ("无人可接诊", "nobody can receive"),
        alerts.OWNER_WAIT: ("等候首诊咨询到时限", "wait for the owner at its limit"),
        alerts.NAME_SOMEBODY: ("请主管指定", "name somebody"),
        alerts.MOVED: ("等待到时限已改派", "moved after the wait"),
        alerts.OVERRIDE: ("人工变更", "changed by hand"),
        alerts.MANY_VOIDS: ("分诊作废偏多", "many voids"),
        alerts.NOT_AT_POST: ("多次不在岗", "often not at the post"),
        alerts.OWNER_TAKEN: ("责任人改到他店", "owner taken by another branch"),
    },
    "alert_state": {
        OPEN: ("待处理", "open"),
        ACKNOWLEDGED: ("已知悉", "acknowledged"),
        CLEARED: ("已解除", "cleared"),
    },
    "alert_act": {"acknowledge": ("知悉", "acknowledge")},
    "consultant_act": {"status": ("改状态", "set status")},
    "owner_act": {"owner": ("更改责任人", "change owner")},
    "entry": _ENTRIES,
    "fault": {
        Fault.ALTERED: ("内容被改动", "altered"),
        Fault.REMOVED: ("条目缺失", "removed"),
        Fault.INSERTED: ("插入的条目", "inserted"),
        Fault.REORDERED: ("顺序被改", "reordered"),
        Fault.UNRULED: ("与规则不符", "not by the rules"),
    },
    "measure": MEASURES,
    "lane_act": {"order": ("调整顺序", "change order")},
    "policy_choice": {**NOTES_WORDS, **SCOPE_WORDS, **START_WORDS, **ORDER_WORDS},
    "policy_way": WAY_WORDS,
    "policy_use": USE_WORDS,
    "lane": LANE_WORDS,
    "policy_part": {
        "name": ("名称", "name"),
        "classes": ("分类", "classes"),
        "counted": ("计初诊量", "counted"),
        "order": ("自己的顺序", "own order"),
        "shift": ("班次", "shift"),
        "consultant": ("咨询医生", "consultant"),
        "start": ("开始", "from"),
        "end": ("结束", "until"),
    },
    "policy_level": {
        "book": ("规则书", "the rule book"),
        CHAIN: ("连锁", "chain"),
        "branch": ("本院", "branch"),
    },
    "policy_act": {"versions": ("新版本", "new version")},
    "trial_base": {IN_FORCE: ("当日的政策", "the day's own policy"), BOOK: ("规则书", "the rule book alone")},
}
"""Of shifts the usual ones: others are called as the branch writes them."""

routes = routes_of(WORDS)
