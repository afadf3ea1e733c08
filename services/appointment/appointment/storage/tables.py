"""Tables of the schema `appointment`."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.branches import BRANCHES
from qiantai.sessions import GENERATIONS
from qiantai.storage.known import known_table
from qiantai.storage.tables import instant, service_metadata
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID, ExcludeConstraint

from appointment.known import CUSTOMERS, PROJECTS

metadata = service_metadata()

known_table(GENERATIONS, metadata)

provider = sa.Table(
    "provider",
    metadata,
    sa.Column("key", sa.Integer, sa.Identity(always=True), primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("roles", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("branches", ARRAY(sa.Text), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="0: booked before the gateway told of them"),
    sa.UniqueConstraint("id", "key"),
)

appointment = sa.Table(
    "appointment",
    metadata,
    sa.Column("id", UUID(as_uuid=False), primary_key=True),
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), nullable=False, unique=True),
    sa.Column("customer", UUID(as_uuid=False), nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    instant("starts_at"),
    instant("ends_at"),
    instant("latest_arrival"),
    sa.Column("provider", sa.Text),
    sa.Column("provider_key", sa.Integer),
    sa.Column("projects", ARRAY(sa.Text), nullable=False),
    sa.Column("channel", sa.Text),
    sa.Column("booked_by", sa.Text, nullable=False),
    sa.Column("online_consultant", sa.Text),
    sa.Column("intent", sa.Text),
    sa.Column("remark", sa.Text),
    instant("first_booked_at"),
    instant("arrived_at", nullable=True),
    sa.Column("punctuality", sa.Text),
    instant("completed_at", nullable=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_appointment_branch_starts_at", "branch", "starts_at", "id"),
    sa.Index("ix_appointment_starts_at", "starts_at", "id"),
    sa.Index("ix_appointment_customer", "customer", "starts_at"),
    sa.Index(
        "ix_appointment_expected", "starts_at", "branch", postgresql_where=sa.text("state IN ('booked', 'confirmed')")
    ),
    sa.CheckConstraint("kind IN ('consultation', 'treatment', 'recheck', 'other')", name="kind"),
    sa.CheckConstraint(
        "state IN ('booked', 'confirmed', 'arrived', 'completed', 'cancelled', 'no_show')", name="state"
    ),
    sa.CheckConstraint("ends_at > starts_at", name="times"),
    sa.CheckConstraint("(provider IS NULL) = (provider_key IS NULL)", name="provider_key"),
    sa.ForeignKeyConstraint(["provider", "provider_key"], ["provider.id", "provider.key"]),
    ExcludeConstraint(  # A8: nobody is booked twice, whatever the code does; a null key would overlap with everybody
        (sa.text("int4range(provider_key, provider_key, '[]')"), "&&"),
        (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
        name="ex_appointment_provider",
        using="gist",
        where=sa.text("provider_key IS NOT NULL AND state IN ('booked', 'confirmed', 'arrived')"),
    ),
)

step = sa.Table(
    "appointment_step",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("appointment", UUID(as_uuid=False), sa.ForeignKey("appointment.id"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    instant("at"),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("details", JSONB, nullable=False),
    comment="History of every appointment (A3); rows are only added.",
)

scan = sa.Table(
    "arrival_scan",
    metadata,
    sa.Column("scan", sa.Text, primary_key=True),
    sa.Column("appointment", UUID(as_uuid=False), sa.ForeignKey("appointment.id"), nullable=False),
    instant("kept_at"),
    sa.Index("ix_arrival_scan_kept_at", "kept_at"),
)

visit = sa.Table(
    "visit",
    metadata,
    sa.Column("visit", sa.Text, primary_key=True),
    sa.Column("appointment", UUID(as_uuid=False), sa.ForeignKey("appointment.id"), index=True),
    sa.Column("customer", UUID(as_uuid=False)),
    sa.Column("branch", sa.Text),
    instant("arrived_at", nullable=True),
    instant("finished_at", nullable=True),
    sa.Column("outcome", sa.Text),
    instant("kept_at"),
    sa.Index("ix_visit_kept_at", "kept_at"),
    sa.Index("ix_visit_customer", "customer", "arrived_at"),
)

known_customer = known_table(CUSTOMERS, metadata)
known_project = known_table(PROJECTS, metadata)
known_branch = known_table(BRANCHES, metadata)
