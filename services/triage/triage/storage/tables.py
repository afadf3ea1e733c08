"""Tables of the schema `triage`."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.branches import BRANCHES
from qiantai.sessions import GENERATIONS
from qiantai.staff import STAFF
from qiantai.storage.known import known_table
from qiantai.storage.tables import instant, service_metadata
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from triage.known import CUSTOMERS, PROJECTS

metadata = service_metadata()

known_table(GENERATIONS, metadata)

visit = sa.Table(
    "visit",
    metadata,
    sa.Column("id", UUID(as_uuid=False), primary_key=True),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("customer", UUID(as_uuid=False), nullable=False),
    sa.Column("visit_class", sa.Text, nullable=False),
    sa.Column("proposed_class", sa.Text, nullable=False),
    sa.Column("class_rules", ARRAY(sa.Text), nullable=False),
    sa.Column("class_why", JSONB, nullable=False),
    sa.Column("projects", ARRAY(sa.Text), nullable=False),
    sa.Column("missing", ARRAY(sa.Text), nullable=False),
    sa.Column("appointment", UUID(as_uuid=False)),
    sa.Column("scan", UUID(as_uuid=False)),
    sa.Column("referrer", UUID(as_uuid=False)),
    sa.Column("online_consultant", sa.Text),
    sa.Column(
        "said", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb"), comment="what the desk was told, by name"
    ),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("to", sa.Text),
    sa.Column("consultant", sa.Text),
    sa.Column("basis", sa.Text),
    sa.Column("counted", sa.Boolean, nullable=False),
    sa.Column("rules", ARRAY(sa.Text), nullable=False),
    sa.Column("why_zh", sa.Text, nullable=False),
    sa.Column("why_en", sa.Text, nullable=False),
    sa.Column("entry", sa.Integer),
    sa.Column("outcome", sa.Text),
    sa.Column("outcome_reason", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("remark", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    instant("arrived_at"),
    instant("waiting_since", nullable=True),
    instant("accepted_at", nullable=True),
    sa.Column("objector", sa.Text, comment="who may name a stand-in while it waits"),
    instant("started_at", nullable=True),
    instant("finished_at", nullable=True),
    sa.Index("ix_visit_branch_day", "branch", "day", "id"),
    sa.Index("ix_visit_customer", "customer"),
    sa.Index(
        "uq_visit_open",
        "branch",
        "day",
        "customer",
        unique=True,
        postgresql_where=sa.text("stage NOT IN ('left', 'leaving')"),
    ),
    comment="One open visit of a customer at a branch on a day: arriving twice is once (A11).",
)

branch_day = sa.Table(
    "branch_day",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("beginning", JSONB, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("alerts", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb"), comment="open alerts: key to id"),
    comment="The branch-day lock and the head of its ledger.",
)

ledger_entry = sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", sa.Integer, nullable=False, comment="seconds since local midnight"),
    sa.Column("event", JSONB, nullable=False),
    sa.Column("decisions", JSONB, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    instant("recorded_at"),
    comment="Append-only, each entry sealed with the hash of the one before it.",
)

consultant = sa.Table(
    "consultant",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("staff", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("shift", sa.Text, nullable=False),
    sa.Column("scope", ARRAY(sa.Text), comment="null is every project"),
    sa.Column("barred", ARRAY(sa.Text), nullable=False),
    sa.Column("designated", ARRAY(sa.Text), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    comment="Standing roster: who may receive in a branch, in which order (接诊排名).",
)

policy_version = sa.Table(
    "policy_version",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True, comment="branch code, or chain for all"),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, … per branch"),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("fields", JSONB, nullable=False, comment="every field that this level sets, not a patch"),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    instant("written_at"),
    sa.Index("ix_policy_version_in_force", "branch", "valid_from", "version"),
    comment="Append-only: in force is the newest version of the chain, and over it that of the branch.",
)

owner = sa.Table(
    "owner",
    metadata,
    sa.Column("customer", UUID(as_uuid=False), primary_key=True),
    sa.Column("consultant", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    instant("since"),
    sa.Column("branch", sa.Text, comment="where it came about; null where that was not yet written down"),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("customer", UUID(as_uuid=False), primary_key=True),
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("consultations", sa.Integer, nullable=False),
    sa.Column("deals", sa.Integer, nullable=False),
    sa.Column("sessions_bought", sa.Integer, nullable=False),
    sa.Column("sessions_used", sa.Integer, nullable=False),
    comment="What a customer has been here for before; classification reads it (T1-T4).",
)

customer = known_table(CUSTOMERS, metadata)

appointment = sa.Table(
    "known_appointment",
    metadata,
    sa.Column("id", UUID(as_uuid=False), primary_key=True),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("customer", UUID(as_uuid=False), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("projects", ARRAY(sa.Text), nullable=False),
    sa.Column("online_consultant", sa.Text),
    sa.Column("provider", sa.Text),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("booked_version", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    instant("starts_at"),
    sa.Index("ix_known_appointment_customer", "customer", "branch", "starts_at"),
    comment="Copy of the appointment service's open slips.",
)

project = known_table(PROJECTS, metadata)
known_table(BRANCHES, metadata)
known_table(STAFF, metadata)

shift = sa.Table(
    "shift",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("staff", sa.Text, primary_key=True),
    sa.Column("shift", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("written_by", sa.Text, nullable=False),
    instant("written_at"),
    comment="排班: who works which shift on a day; off and leave do not work. No rows for a day: the standing roster.",
)

attendance = sa.Table(
    "attendance",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("staff", sa.Text, primary_key=True),
    instant("checked_in_at"),
    instant("checked_out_at", nullable=True),
    comment="签到/签退: the first check-in of a day and the last check-out; null while somebody is in.",
)

visit_stage = sa.Table(
    "visit_stage",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("visit", UUID(as_uuid=False), nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    instant("begun_at"),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("people", JSONB, nullable=False, comment="role and staff code of whoever had a part"),
    sa.Column("note", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Index("ix_visit_stage_visit", "visit", "id"),
    comment="Append-only history of a visit's stages; each ends when the next one begins.",
)

visit_form = sa.Table(
    "visit_form",
    metadata,
    sa.Column("visit", UUID(as_uuid=False), primary_key=True),
    sa.Column("form", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    instant("written_at"),
    comment="Append-only: an edit is a new version.",
)

stand_in_note = sa.Table(
    "stand_in_note",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("visit", UUID(as_uuid=False), nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("customer", UUID(as_uuid=False), nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("stand_in", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    instant("written_at"),
    sa.Index("ix_stand_in_note_customer", "customer", "id"),
    comment="Append-only: what a stand-in leaves for the owner (T11).",
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", UUID(as_uuid=False), primary_key=True),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("zh", sa.Text, nullable=False),
    sa.Column("en", sa.Text, nullable=False),
    sa.Column("rules", ARRAY(sa.Text), nullable=False),
    instant("raised_at"),
    sa.Column("visit", UUID(as_uuid=False)),
    sa.Column("consultant", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    instant("acknowledged_at", nullable=True),
    sa.Column("acknowledged_by", sa.Text),
    sa.Column("note", sa.Text),
    instant("cleared_at", nullable=True),
    sa.Column("cleared_by", sa.Text),
    sa.CheckConstraint("state IN ('open', 'acknowledged', 'cleared')", name="state"),
    sa.Index("ix_alert_branch_day", "branch", "day", "id"),
    comment="What supervisors are told at once, and what became of it.",
)
