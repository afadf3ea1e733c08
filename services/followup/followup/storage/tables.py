"""Tables of the schema `followup`."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.branches import BRANCHES
from qiantai.sessions import GENERATIONS
from qiantai.staff import STAFF
from qiantai.storage.known import known_table
from qiantai.storage.tables import instant, service_metadata
from sqlalchemy.dialects.postgresql import JSONB, UUID

from followup.known import CUSTOMERS, OWNERS, PROJECTS

metadata = service_metadata()

known_table(GENERATIONS, metadata)

plan = sa.Table(
    "plan",
    metadata,
    sa.Column("id", UUID(as_uuid=False), primary_key=True),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("customer", UUID(as_uuid=False), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    instant("due_from"),
    instant("due_until"),
    sa.Column("drafted_by", sa.Text, nullable=False),
    instant("created_at"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text),
    sa.Column("executor", sa.Text),
    sa.Column("executor_role", sa.Text),
    sa.Column("attention", sa.Boolean, nullable=False),
    sa.Column("template", sa.Text),
    sa.Column("cause", sa.Text),
    sa.Column("visit", sa.Text),
    sa.Column("appointment", sa.Text),
    sa.Column("charge", sa.Text),
    sa.Column("previous", UUID(as_uuid=False), sa.ForeignKey("plan.id")),
    sa.Column("approved_by", sa.Text),
    sa.Column("guidance", sa.Text),
    sa.Column("attempts", sa.SmallInteger, nullable=False),
    sa.Column("result", sa.Text),
    sa.Column("feedback", sa.Text),
    sa.Column("mood", sa.Text),
    sa.Column("next_step", sa.Text),
    sa.Column("next_plan", UUID(as_uuid=False)),
    sa.Column("ended_reason", sa.Text),
    sa.Column("executed_by", sa.Text),
    instant("executed_at", nullable=True),
    sa.Column("score", sa.SmallInteger),
    sa.Column("review_remark", sa.Text),
    sa.Column("model_case", sa.Boolean, nullable=False),
    sa.Column("reviewed_by", sa.Text),
    sa.UniqueConstraint("template", "cause"),
    sa.UniqueConstraint("previous"),
    sa.Index("ix_plan_due_until", "due_until", "id"),
    sa.Index("ix_plan_branch", "branch", "due_until", "id"),
    sa.Index("ix_plan_executor", "executor", "due_until", "id"),
    sa.Index("ix_plan_customer", "customer"),
    sa.Index("ix_plan_falling_due", "due_from", postgresql_where=sa.text("state = 'approved'")),
    sa.CheckConstraint(
        "state IN ('drafted', 'submitted', 'returned', 'approved', 'due', 'executed', 'reviewed', 'cancelled',"
        " 'ended')",
        name="state",
    ),
    sa.CheckConstraint("due_until > due_from", name="due"),
    sa.CheckConstraint("(template IS NULL) = (cause IS NULL)", name="cause"),
    sa.CheckConstraint(
        "state NOT IN ('approved', 'due', 'executed', 'reviewed', 'ended') OR approved_by IS NOT NULL", name="approved"
    ),
    sa.CheckConstraint(
        "state NOT IN ('executed', 'reviewed') OR (next_step = 'plan') = (next_plan IS NOT NULL)", name="next_step"
    ),
    sa.CheckConstraint("reviewed_by <> executed_by", name="own_call"),
)

step = sa.Table(
    "plan_step",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("plan", UUID(as_uuid=False), sa.ForeignKey("plan.id"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    instant("at"),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("details", JSONB, nullable=False),
    comment="History of every plan; rows are only added.",
)

template = sa.Table(
    "template",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("conditions", JSONB, nullable=False),
    sa.Column("days", sa.SmallInteger),
    sa.Column("hours", sa.SmallInteger),
    sa.Column("window_from", sa.Text, nullable=False, comment="HH:MM in the branch's zone"),
    sa.Column("window_until", sa.Text, nullable=False, comment="HH:MM in the branch's zone"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("executor_role", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("pre_approved", sa.Boolean, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("(days IS NULL) <> (hours IS NULL)", name="delay"),
)

fact = sa.Table(
    "fact",
    metadata,
    sa.Column("cause", sa.Text, primary_key=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("customer", UUID(as_uuid=False), nullable=False),
    instant("at"),
    sa.Column("details", JSONB, nullable=False),
    instant("kept_at"),
    sa.Index("ix_fact_event_at", "event", "at"),
    sa.Index("ix_fact_kept_at", "kept_at"),
    sa.Index("ix_fact_customer", "customer", "at"),
    comment="What happened in the last 90 days: for previews of templates, and what makes plans pointless.",
)

first_treatment = sa.Table(
    "first_treatment",
    metadata,
    sa.Column("customer", UUID(as_uuid=False), primary_key=True),
    sa.Column("use", sa.Text, nullable=False),
    instant("at"),
)

known_customer = known_table(CUSTOMERS, metadata)
known_owner = known_table(OWNERS, metadata)
known_project = known_table(PROJECTS, metadata)
known_branch = known_table(BRANCHES, metadata)
known_staff = known_table(STAFF, metadata)
