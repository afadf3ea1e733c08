"""Words for the codes in this service's answers."""

from __future__ import annotations

from qiantai.web.words import Words, routes_of

WORDS: Words = {
    "slip_state": {
        "booked": ("已预约", "booked"),
        "confirmed": ("已确认", "confirmed"),
        "arrived": ("已到院", "arrived"),
        "completed": ("已完成", "completed"),
        "cancelled": ("已取消", "cancelled"),
        "no_show": ("未到", "no-show"),
    },
    "slip_kind": {
        "consultation": ("咨询", "consultation"),
        "treatment": ("治疗", "treatment"),
        "recheck": ("复查", "recheck"),
        "other": ("其他", "other"),
    },
    "intent": {"high": ("高", "high"), "medium": ("中", "medium"), "low": ("低", "low")},
    "punctuality": {"early": ("早到", "early"), "on_time": ("准时", "on time"), "late": ("迟到", "late")},
    "slip_act": {
        "confirm": ("确认", "confirm"),
        "arrive": ("到院", "arrive"),
        "reschedule": ("改期", "reschedule"),
        "cancel": ("取消预约", "cancel the appointment"),
    },
    "slip_step": {
        "booked": ("预约", "booked"),
        "confirmed": ("确认", "confirmed"),
        "rescheduled": ("改期", "rescheduled"),
        "arrived": ("到院", "arrived"),
        "expected_again": ("仍待到院", "still expected"),
        "completed": ("完成", "completed"),
        "no_show": ("未到", "did not come"),
        "cancelled": ("取消", "cancelled"),
    },
}

routes = routes_of(WORDS)
