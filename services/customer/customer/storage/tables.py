"""Tables of the schema `customer`."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.branches import BRANCHES
from qiantai.sessions import GENERATIONS
from qiantai.storage.known import known_table
from qiantai.storage.tables import instant, service_metadata
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from customer.known import PROJECTS

metadata = service_metadata()

known_table(GENERATIONS, metadata)

customer = sa.Table(
    "customer",
    metadata,
    sa.Column("id", UUID(as_uuid=False), primary_key=True),
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_grams", ARRAY(sa.Text), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("home_branch", sa.Text, nullable=False),
    sa.Column("gender", sa.Text),
    sa.Column("birthday", sa.Date),
    sa.Column("source", sa.Text),
    sa.Column("referrer", UUID(as_uuid=False), sa.ForeignKey("customer.id")),
    sa.Column("address", sa.Text),
    sa.Column("occupation", sa.Text),
    sa.Column("remark", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    instant("registered_at"),
    sa.Index("ix_customer_name_grams", "name_grams", postgresql_using="gin"),
    sa.CheckConstraint("kind IN ('full', 'temporary')", name="kind"),
)

phone = sa.Table(
    "phone",
    metadata,
    sa.Column("number", sa.Text, primary_key=True, comment="E.164; belongs to one file (C3)"),
    sa.Column("customer", UUID(as_uuid=False), sa.ForeignKey("customer.id"), nullable=False, index=True),
    sa.Column("note", sa.Text),
    sa.Column("is_primary", sa.Boolean, nullable=False),
    sa.Index("ix_phone_tail", sa.text("right(number, 4)")),
    sa.Index("uq_phone_primary", "customer", unique=True, postgresql_where=sa.text("is_primary")),
)

card = sa.Table(
    "card",
    metadata,
    sa.Column("id", UUID(as_uuid=False), primary_key=True),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("customer", UUID(as_uuid=False), sa.ForeignKey("customer.id"), nullable=False, index=True),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("kind IN ('design', 'temporary', 'member')", name="kind"),
    sa.CheckConstraint("state IN ('in_use', 'lost', 'returned', 'replaced')", name="state"),
)

change = sa.Table(
    "customer_change",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("customer", UUID(as_uuid=False), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    instant("at"),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("fields", JSONB, nullable=False),
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("message", sa.Text, primary_key=True),
    sa.Column("customer", UUID(as_uuid=False), nullable=False),
    instant("at"),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("zh", sa.Text, nullable=False),
    sa.Column("en", sa.Text, nullable=False),
    sa.Column("details", JSONB, nullable=False),
    sa.Index("ix_timeline_customer_at", "customer", "at"),
)

opened = sa.Table(
    "opened",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("customer", UUID(as_uuid=False), primary_key=True),
    instant("since"),
    comment="Where a file is open beside its home: the person has been there, or was found there (C12).",
)

look = sa.Table(
    "look",
    metadata,
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("minute", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("files", sa.Integer, nullable=False),
    comment="How many files an account was shown, by minute; forgotten after some days (C12).",
)

known_branch = known_table(BRANCHES, metadata)
known_project = known_table(PROJECTS, metadata)
