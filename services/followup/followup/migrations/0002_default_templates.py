"""Default templates."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NOTHING = {
    "outcome": [], "visit_class": [], "project": [], "project_class": [], "except_project_class": [],
    "first_treatment": None,
}
_SURGERY = ["surgery_1", "surgery_2", "surgery"]
_USED = "billing.treatment_item.used"


def _template(code, zh, en, event, kind, role, content, *, days=None, hours=None, pre_approved=True, **conditions):
    return {
        "code": code, "name_zh": zh, "name_en": en, "event": event, "conditions": json.dumps({**_NOTHING, **conditions}),
        "days": days, "hours": hours, "window_from": "09:30", "window_until": "20:00", "kind": kind,
        "executor_role": role, "purpose": None, "content": content, "pre_approved": pre_approved, "active": True,
        "version": 1,
    }


_TEMPLATES = [
    _template(
        "treatment_next_day", "治疗后次日回访", "The day after a treatment", _USED, "after_treatment", "nurse",
        "询问治疗后感受与皮肤反应,提醒护理注意事项。", days=1, except_project_class=_SURGERY,
    ),
    _template(
        "surgery_day_1", "术后第1天回访", "Day 1 after surgery", _USED, "recovery_guidance", "nurse",
        "询问疼痛、肿胀、出血与体温,指导术后护理与用药。", days=1, project_class=_SURGERY,
    ),
    _template(
        "surgery_day_3", "术后第3天回访", "Day 3 after surgery", _USED, "recovery_guidance", "nurse",
        "询问恢复情况,指导换药与饮食。", days=3, project_class=_SURGERY,
    ),
    _template(
        "surgery_day_7", "术后第7天回访", "Day 7 after surgery", _USED, "recovery_tracking", "owner",
        "询问恢复情况与满意度,安抚顾客情绪。", days=7, project_class=_SURGERY,
    ),
    _template(
        "surgery_day_30", "术后第30天回访", "Day 30 after surgery", _USED, "recovery_tracking", "owner",
        "询问效果与满意度,预约复查。", days=30, project_class=_SURGERY,
    ),
    _template(
        "stitches_day_7", "第7天提醒拆线", "Stitches on day 7", _USED, "stitches_reminder", "nurse",
        "提醒并预约拆线时间。", days=7, project_class=_SURGERY,
    ),
    _template(
        "no_deal_24h", "未成交24小时内回访", "No deal: within 24 hours", "triage.visit.finished", "need_tracking",
        "owner", "了解未成交原因与顾虑,解答疑问,邀约再次到院。", hours=24, pre_approved=False, outcome=["no_deal"],
    ),
    _template(
        "no_show_same_day", "爽约当日回访", "No-show: the same day", "appointment.appointment.no_show",
        "rebook_expired", "service_desk", "了解未到院原因,重新预约。", days=0,
    ),
]


def upgrade() -> None:
    """Apply this step."""
    statement = sa.text(
        "INSERT INTO template (code, name_zh, name_en, event, conditions, days, hours, window_from, window_until, kind,"
        " executor_role, purpose, content, pre_approved, active, version) VALUES (:code, :name_zh, :name_en, :event,"
        " CAST(:conditions AS jsonb), :days, :hours, :window_from, :window_until, :kind, :executor_role, :purpose,"
        " :content, :pre_approved, :active, :version)"
    )
    for template in _TEMPLATES:
        op.get_bind().execute(statement, template)
