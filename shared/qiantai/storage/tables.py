"""The tables that every service's schema holds beside its own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def instant(name: str, *, nullable: bool = False, default_now: bool = False) -> sa.Column[object]:
    """Return a column for an instant in UTC."""
    default = sa.text("now()") if default_now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=default)


def service_metadata() -> sa.MetaData:
    """Return the metadata of a service with the tables of the event path and of the web border."""
    metadata = sa.MetaData(naming_convention=_NAMES)
    sa.Table(
        "outbox",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("shard", sa.SmallInteger, nullable=False),
        sa.Column("routing_key", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        instant("created_at", default_now=True),
        instant("published_at", nullable=True),
        sa.Index("ix_outbox_unpublished", "id", postgresql_where=sa.text("published_at IS NULL")),
        sa.Index("ix_outbox_published_at", "published_at", postgresql_where=sa.text("published_at IS NOT NULL")),
    )
    sa.Table(
        "inbox",
        metadata,
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("message_id", sa.Text, primary_key=True),
        instant("received_at", default_now=True),
        sa.Index("ix_inbox_received_at", "received_at"),
    )
    sa.Table(
        "held_message",
        metadata,
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        instant("held_at", default_now=True),
        instant("retry_at", nullable=True),
        sa.Index("ix_held_message_retry_at", "retry_at"),
        comment="Embedded bus only: messages waiting for another try (retry_at) or parked (retry_at is null).",
    )
    sa.Table(
        "idempotency_key",
        metadata,
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=True),
        sa.Column("headers", JSONB, nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=True),
        instant("created_at", default_now=True),
        sa.Index("ix_idempotency_key_created_at", "created_at"),
    )
    sa.Table(
        "audit",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        instant("at"),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=True),
        sa.Column("branch", sa.Text, nullable=True),
        sa.Column("request_id", sa.Text, nullable=True),
        sa.Column("details", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Index("ix_audit_subject", "subject"),
        comment="Append-only: the service's role may insert and read.",
    )
    _known_and_retold(metadata)
    return metadata


def _known_and_retold(metadata: sa.MetaData) -> None:
    sa.Table(
        "known_alias",
        metadata,
        sa.Column("merged", sa.Text, primary_key=True),
        sa.Column("into", sa.Text, nullable=True, comment="null: lives by itself again"),
        sa.Column("living", sa.Text, nullable=False, comment="the end of the merges that it went through"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Index("ix_known_alias_living", "living"),
        sa.Index("ix_known_alias_into", "into"),
        comment="Which files of merged customers are one: records keep the id that they were made with (C9).",
    )
    sa.Table(
        "retelling",
        metadata,
        sa.Column("request", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("after", JSONB, nullable=True, comment="sort keys of the last one that was told"),
        sa.Column("told", sa.Integer, nullable=False, server_default=sa.text("0")),
        instant("asked_at", default_now=True),
        comment="Rebuilds that others asked for and that are not told to their end.",
    )
