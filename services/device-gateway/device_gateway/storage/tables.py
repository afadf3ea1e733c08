"""Tables of the schema `device_gateway`."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.storage.known import known_table
from qiantai.storage.tables import instant, service_metadata
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from device_gateway.known import CARDS, CUSTOMERS, PROJECTS

metadata = service_metadata()

branch = sa.Table(
    "branch",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("branches", ARRAY(sa.Text), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False, comment="argon2id"),
    sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("generation", sa.Integer, nullable=False, server_default="1"),
    sa.Column("version", sa.Integer, nullable=False),
)

ended_session = sa.Table(
    "ended_session",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    instant("until"),
    sa.Index("ix_ended_session_until", "until"),
    comment="Sessions that were signed out before their time.",
)

sign_in_failure = sa.Table(
    "sign_in_failure",
    metadata,
    sa.Column("staff", sa.Text, primary_key=True, comment="as entered: also names that no account has"),
    sa.Column("failures", ARRAY(sa.DateTime(timezone=True)), nullable=False),
    instant("changed_at", default_now=True),
    sa.Index("ix_sign_in_failure_changed_at", "changed_at"),
    comment="Of the release before.",
)

sign_in_try = sa.Table(
    "sign_in_try",
    metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="as entered: also names that no account has; empty: all"),
    sa.Column("source", sa.Text, primary_key=True, comment="address, or device; empty: all"),
    sa.Column("wrong", sa.Integer, nullable=False),
    instant("last_at", nullable=True),
    instant("opened_at", nullable=True),
    sa.Index("ix_sign_in_try_last_at", "last_at"),
    comment="Wrong passwords by name and source, and which places have opened an account.",
)

pin = sa.Table(
    "pin",
    metadata,
    sa.Column("staff", sa.Text, primary_key=True),
    sa.Column("device", sa.Text, primary_key=True, comment="what the sealed cookie calls the browser"),
    sa.Column("hash", sa.Text, nullable=False, comment="argon2id"),
    sa.Column("wrong", sa.Integer, nullable=False),
    instant("used_at"),
    sa.Index("ix_pin_used_at", "used_at"),
    comment="What opens a locked screen while its session goes on.",
)

device = sa.Table(
    "device",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("device", sa.Text, primary_key=True),
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    instant("since"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("garbage_bytes", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    instant("last_read", nullable=True),
    sa.Column("scanned", sa.BigInteger, nullable=False),
    sa.Column("unrecognised", sa.BigInteger, nullable=False),
    sa.CheckConstraint("state IN ('unknown', 'online', 'offline', 'faulty')", name="state"),
)

unrecognised = sa.Table(
    "unrecognised",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    instant("device_time"),
    instant("gateway_time"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("customer", sa.Text),
    sa.Column("closed_by", sa.Text),
    instant("closed_at", nullable=True),
    sa.CheckConstraint("state IN ('open', 'dismissed', 'bound')", name="state"),
    sa.Index("ix_unrecognised_open_branch", "branch", "device_time", postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_unrecognised_open_code", "code", postgresql_where=sa.text("state = 'open'")),
)

desk_read = sa.Table(
    "desk_read",
    metadata,
    sa.Column("scan", sa.Text, primary_key=True),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("staff", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    instant("read_at"),
    sa.Column("kind", sa.Text),
    sa.Column("customer", sa.Text),
    sa.Column("appointment", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Index("ix_desk_read_branch", "branch", "read_at"),
    sa.Index("ix_desk_read_read_at", "read_at"),
    comment="What scanners that are keyboards have typed in the last days, by whom.",
)

device_test = sa.Table(
    "device_test",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("device", sa.Text, primary_key=True),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("staff", sa.Text, nullable=False),
    instant("asked_at"),
    instant("until"),
    sa.Column("raw", sa.Text, comment="in hexadecimal"),
    sa.Column("code", sa.Text),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("fault", "prefix", "aim", "around", "suffix", "end")),
    instant("read_at", nullable=True),
    comment="The last test read of each scanner; it registers nothing.",
)

card = known_table(
    CARDS,
    metadata,
    sa.Index("ix_known_card_number", "number"),
    sa.Index("ix_known_card_number_any_case", sa.text("upper(number)")),
    version=sa.BigInteger,
)
known_table(CUSTOMERS, metadata, version=sa.BigInteger)
known_table(PROJECTS, metadata, version=sa.BigInteger)

fact = sa.Table(
    "board_fact",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("customer", sa.Text),
    instant("at"),
    instant("kept_until", nullable=True),
    sa.Column("data", JSONB, nullable=False),
    sa.Index("ix_board_fact_customer", "customer", "branch"),
    sa.Index("ix_board_fact_kept_until", "kept_until"),
    sa.Index(
        "ix_board_fact_number",
        sa.text("upper(data->>'number')"),
        postgresql_where=sa.text("kind = 'appointment' AND type = 'booked'"),
    ),
    comment="The newest fact of each type about each thing; the board is a function of these.",
)

item = sa.Table(
    "board_item",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("day", sa.Date),
    sa.Column("customer", sa.Text),
    sa.Column("value", JSONB, nullable=False),
    sa.Index("ix_board_item_day", "branch", "day"),
    sa.Index("ix_board_item_customer", "customer", "branch"),
    sa.CheckConstraint("kind IN ('card', 'consultant', 'unrecognised', 'alert')", name="kind"),
)

sequence = sa.Table(
    "board_sequence",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("sequence", sa.BigInteger, nullable=False, server_default="0"),
    comment="Its row lock orders the changes of a branch: number order is commit order.",
)

change = sa.Table(
    "board_change",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("sequence", sa.BigInteger, primary_key=True),
    instant("at"),
    sa.Column("change", JSONB, nullable=False),
    sa.Index("ix_board_change_at", "at"),
)
