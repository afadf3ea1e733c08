"""The shared tables of a schema as numbered steps, called by the migrations of the services.

The first migration of a new service calls `event_path.up(NEWEST)` with the number written out; a service that has
them up to some step goes on with `event_path.up(2, since=1)`. A step that is out is never changed.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from qiantai.storage.guards import append_only


def up(version: int, *, since: int = 0) -> None:
    """Apply the steps after `since` up to `version`."""
    for step in _STEPS[since:version]:
        step()


def _outbox_inbox_keys_and_audit() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("routing_key", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    unpublished, published = sa.text("published_at IS NULL"), sa.text("published_at IS NOT NULL")
    op.create_index("ix_outbox_unpublished", "outbox", ["id"], postgresql_where=unpublished)
    op.create_index("ix_outbox_published_at", "outbox", ["published_at"], postgresql_where=published)
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "message_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "held_message",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_held_message")),
        comment="Embedded bus only: messages waiting for another try (retry_at) or parked (retry_at is null).",
    )
    op.create_index("ix_held_message_retry_at", "held_message", ["retry_at"])
    op.create_table(
        "idempotency_key",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("headers", postgresql.JSONB(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        comment="Append-only: the service's role may insert and read.",
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
    append_only("audit")


def _alias_and_retelling() -> None:
    op.create_table(
        "known_alias",
        sa.Column("merged", sa.Text(), nullable=False),
        sa.Column("into", sa.Text(), nullable=True, comment="null: lives by itself again"),
        sa.Column("living", sa.Text(), nullable=False, comment="the end of the merges that it went through"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("merged", name=op.f("pk_known_alias")),
        comment="Which files of merged customers are one: records keep the id that they were made with (C9).",
    )
    op.create_index("ix_known_alias_living", "known_alias", ["living"])
    op.create_index("ix_known_alias_into", "known_alias", ["into"])
    op.create_table(
        "retelling",
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=True, comment="sort keys of the last one that was told"),
        sa.Column("told", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request", "type", name=op.f("pk_retelling")),
        comment="Rebuilds that others asked for and that are not told to their end.",
    )


_STEPS: tuple[Callable[[], None], ...] = (_outbox_inbox_keys_and_audit, _alias_and_retelling)
NEWEST = len(_STEPS)
