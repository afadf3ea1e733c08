"""Words for the codes in this service's answers."""

from __future__ import annotations

from qiantai.contracts import triage as stages
from qiantai.contracts.receiver import SUPERVISOR
from qiantai.permissions import ROLE_NAMES
from qiantai.web.words import Text, Words, routes_of

from device_gateway.domain import board
from device_gateway.domain.cleaning import EMPTY, NO_END, NO_PREFIX, NO_SUFFIX, NO_TEXT
from device_gateway.domain.codes import APPOINTMENT, UNKNOWN_CODE
from device_gateway.domain.devices import BUSY, DENIED, FAULTY, GARBAGE, MISSING, OFFLINE, ONLINE, REMOVED, UNPLUGGED
from device_gateway.domain.reads import BOUND, DISMISSED, OPEN
from device_gateway.domain.visits import VOIDED

_STATES: dict[str, Text] = {
    "booked": ("已预约", "booked"),
    "confirmed": ("已确认", "confirmed"),
    "no_show": ("未到", "no-show"),
    "scanned": ("已扫码", "card read"),
    "arrived": ("已到院", "arrived"),
    stages.REGISTERED: ("待分诊", "to triage"),
    VOIDED: ("分诊作废", "triage void"),
    SUPERVISOR: ("待主管安排", "for the supervisor"),
    stages.WAITING: ("等候中", "waiting"),
    stages.IN_CONSULTATION: ("咨询中", "in consultation"),
    stages.EXAMINATION: ("检查", "examination"),
    stages.DIAGNOSIS: ("诊断设计", "diagnosis"),
    stages.TREATMENT_PLAN: ("治疗方案", "plan"),
    "to_charge": ("待开单", "to charge"),
    "due": ("待付款", "to pay"),
    stages.PAYMENT: ("付款", "payment"),
    "paid": ("已付款", "paid"),
    stages.TREATMENT: ("治疗中", "in treatment"),
    "treated": ("已治疗", "treated"),
    stages.AFTER_CARE: ("术后护理", "after-care"),
}

WORDS: Words = {
    "tab": {
        board.APPOINTMENTS: ("预约", "appointments"),
        board.RECEPTION: ("接待", "reception"),
        board.CONSULTATION: ("咨询", "consultation"),
        board.TREATMENT: ("治疗", "treatment"),
        board.PAYMENT: ("付款", "payment"),
    },
    "board_state": _STATES,
    "flag": {
        "late": ("已迟到", "late"),
        SUPERVISOR: ("需主管", "supervisor"),
        "elsewhere": ("已到他店", "in another branch"),
    },
    "role": ROLE_NAMES,
    "staff_act": {"sign-out": ("结束其所有登录", "end all sessions")},
    "device_state": {
        "unknown": ("未知", "unknown"),
        ONLINE: ("在线", "online"),
        OFFLINE: ("离线", "offline"),
        FAULTY: ("故障", "faulty"),
    },
    "device_fault": {
        MISSING: ("未找到，请检查线缆", "not found: look at its cable"),
        DENIED: ("无权打开该端口", "the port may not be opened"),
        BUSY: ("端口被其他程序占用", "another program has the port"),
        UNPLUGGED: ("已拔出", "unplugged"),
        REMOVED: ("已从设置中删除", "taken out of the settings"),
        GARBAGE: ("读到的内容无法识别", "what it reads makes no sense"),
    },
    "read_state": {
        OPEN: ("待处理", "open"),
        DISMISSED: ("已忽略", "dismissed"),
        BOUND: ("已绑定", "bound"),
    },
    "read_reason": {
        UNKNOWN_CODE: ("号码未知", "unknown number"),
        "card_lost": ("卡已挂失", "card reported lost"),
        "card_returned": ("卡已退回", "card returned"),
        "card_replaced": ("卡已更换", "card replaced"),
        "appointment_cancelled": ("预约已取消", "appointment cancelled"),
    },
    "read_kind": {
        "design": ("设计卡", "design card"),
        "temporary": ("临时卡", "temporary card"),
        "member": ("会员卡", "member card"),
        APPOINTMENT: ("预约号", "appointment number"),
    },
    "read_fault": {
        NO_PREFIX: ("前缀不对", "without the prefix of the settings"),
        NO_SUFFIX: ("后缀不对", "without the suffix of the settings"),
        NO_END: ("结束符不对", "without the end of the settings"),
        NO_TEXT: ("有不能识别的字符", "with bytes that are no text"),
        EMPTY: ("没有内容", "empty"),
    },
    "device_act": {"test": ("试扫", "test read")},
    "read_act": {"dismiss": ("忽略", "dismiss")},
}
"""Tabs and states of the board are what its cards say; a visit's own stages are the triage service's."""

routes = routes_of(WORDS)
