"""Tables of the schema `billing`. Amounts are minor units; the journal's guards are in migration 0002."""

from __future__ import annotations

import sqlalchemy as sa
from qiantai.branches import BRANCHES
from qiantai.sessions import GENERATIONS
from qiantai.staff import STAFF
from qiantai.storage.known import known_table
from qiantai.storage.tables import instant, service_metadata
from sqlalchemy.dialects.postgresql import UUID

from billing.known import CUSTOMERS, PERFORMERS, VISITS

metadata = service_metadata()

known_table(GENERATIONS, metadata)


def _id(name: str, *constraints: sa.ForeignKey, nullable: bool = False, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, UUID(as_uuid=False), *constraints, nullable=nullable, primary_key=primary_key)


project = sa.Table(
    "project",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("major", sa.Boolean, nullable=False),
    sa.Column("project_class", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

product = sa.Table(
    "product",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("project", sa.Text, sa.ForeignKey("project.code"), index=True),
    sa.Column("sessions", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("kind IN ('treatment', 'package', 'cosmetic', 'drug')", name="kind"),
    sa.CheckConstraint(
        "CASE WHEN kind IN ('treatment', 'package') THEN project IS NOT NULL AND sessions > 0"
        " ELSE project IS NULL AND sessions = 0 END",
        name="sessions",
    ),
)

price = sa.Table(
    "price",
    metadata,
    sa.Column("product", sa.Text, sa.ForeignKey("product.code"), primary_key=True),
    sa.Column("branch", sa.Text, primary_key=True, comment="A branch, or 'chain' where it has none of its own (B1)"),
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.CheckConstraint("amount > 0", name="amount"),
)

charge_number = sa.Table(
    "charge_number",
    metadata,
    sa.Column("branch", sa.Text, primary_key=True),
    sa.Column("business_day", sa.Date, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
    comment="The last running number of a branch and day; its row is the lock (B2).",
)

charge = sa.Table(
    "charge",
    metadata,
    _id("id", primary_key=True),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("business_day", sa.Date, nullable=False),
    _id("customer"),
    _id("visit", nullable=True),
    sa.Column("consultant", sa.Text),
    sa.Column("performer", sa.Text, comment="who is credited with the slip, as known at opening (B12)"),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("paid", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    instant("opened_at"),
    sa.Column("opened_by", sa.Text, nullable=False),
    instant("paid_at", nullable=True),
    instant("voided_at", nullable=True),
    sa.Column("void_reason", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_charge_branch_id", "branch", "id"),
    sa.Index("ix_charge_customer_id", "customer", "id"),
    sa.Index("ix_charge_visit", "visit", postgresql_where=sa.text("visit IS NOT NULL")),
    sa.CheckConstraint(
        "CASE state WHEN 'open' THEN paid = 0 AND total > 0 WHEN 'part_paid' THEN paid > 0 AND paid < total"
        " WHEN 'paid' THEN paid = total AND total > 0 WHEN 'void' THEN paid = 0 ELSE false END",
        name="paid",
    ),
    sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_at"),
    sa.CheckConstraint(
        "(state = 'void') = (voided_at IS NOT NULL) AND (state = 'void') = (void_reason IS NOT NULL)", name="void"
    ),
)

charge_line = sa.Table(
    "charge_line",
    metadata,
    _id("charge", sa.ForeignKey("charge.id"), primary_key=True),
    sa.Column("place", sa.SmallInteger, primary_key=True),
    sa.Column("product", sa.Text, sa.ForeignKey("product.code"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("project", sa.Text),
    sa.Column("department", sa.Text),
    sa.Column("sessions", sa.Integer, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("unit_price", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.CheckConstraint("quantity > 0", name="quantity"),
    sa.CheckConstraint("amount >= 0 AND amount <= unit_price * quantity", name="amount"),
)

payment = sa.Table(
    "payment",
    metadata,
    _id("id", primary_key=True),
    _id("charge", sa.ForeignKey("charge.id")),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("due", sa.BigInteger, nullable=False),
    instant("received_at"),
    sa.Column("received_by", sa.Text, nullable=False),
    sa.Index("ix_payment_charge", "charge"),
    sa.CheckConstraint("amount > 0", name="amount"),
    sa.CheckConstraint("due >= 0", name="due"),
    comment="Append-only.",
)

tender = sa.Table(
    "tender",
    metadata,
    _id("payment", sa.ForeignKey("payment.id"), primary_key=True),
    sa.Column("place", sa.SmallInteger, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("reference", sa.Text),
    sa.Column("received", sa.BigInteger),
    sa.Column("shared", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint("kind IN ('cash', 'card', 'wechat', 'alipay', 'transfer')", name="kind"),
    sa.CheckConstraint("amount > 0", name="amount"),
    sa.CheckConstraint("kind = 'cash' OR reference IS NOT NULL", name="reference"),
    sa.CheckConstraint("received IS NULL OR (kind = 'cash' AND received >= amount)", name="received"),
    comment="Append-only.",
)

transaction = sa.Table(
    "channel_transaction",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("transaction", sa.Text, primary_key=True, comment="The channel's number without case and spaces"),
    _id("charge", sa.ForeignKey("charge.id")),
    comment="Append-only: a channel's transaction is money once (B3); the slip that it paid first.",
)

charge_print = sa.Table(
    "charge_print",
    metadata,
    _id("charge", sa.ForeignKey("charge.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, comment="The slip's as it stands on the paper"),
    sa.Column("place", sa.Integer, primary_key=True, comment="1 is the original, 2 its first reprint"),
    instant("printed_at"),
    sa.Column("printed_by", sa.Text, nullable=False),
    comment="Append-only: the receipts that were printed (B23).",
)

item = sa.Table(
    "item",
    metadata,
    _id("id", primary_key=True),
    _id("customer"),
    sa.Column("branch", sa.Text, nullable=False),
    _id("charge"),
    sa.Column("line", sa.SmallInteger, nullable=False),
    sa.Column("product", sa.Text, nullable=False),
    sa.Column("project", sa.Text, sa.ForeignKey("project.code"), nullable=False),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("sessions", sa.Integer, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    instant("purchased_at"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["charge", "line"], ["charge_line.charge", "charge_line.place"]),
    sa.UniqueConstraint("charge", "line"),
    sa.Index("ix_item_customer_id", "customer", "id"),
    sa.CheckConstraint("sessions > 0 AND used >= 0 AND used <= sessions", name="used"),
)

item_use = sa.Table(
    "item_use",
    metadata,
    _id("id", primary_key=True),
    _id("item", sa.ForeignKey("item.id")),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    _id("visit", nullable=True),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("performer", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("left", sa.Integer, nullable=False),
    instant("used_at"),
    sa.Column("used_by", sa.Text, nullable=False),
    sa.UniqueConstraint("item", "place"),
    sa.CheckConstraint('place > 0 AND "left" >= 0', name="place"),
    comment="Append-only.",
)

journal_entry = sa.Table(
    "journal_entry",
    metadata,
    _id("id", primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("business_day", sa.Date, nullable=False),
    _id("charge", sa.ForeignKey("charge.id"), nullable=True),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("postings", sa.SmallInteger, nullable=False, comment="How many; none can be added later"),
    instant("at"),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Index("ix_journal_entry_branch", "branch", "business_day"),
    sa.Index("ix_journal_entry_charge", "charge"),
    comment="Append-only; the postings of each entry sum to zero at commit.",
)

posting = sa.Table(
    "posting",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _id("entry", sa.ForeignKey("journal_entry.id")),
    sa.Column("account_kind", sa.Text, nullable=False),
    sa.Column("account_key", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False, comment="Debit positive, credit negative"),
    sa.Index("ix_posting_entry", "entry"),
    sa.Index("ix_posting_account", "account_kind", "account_key"),
    sa.CheckConstraint("amount <> 0", name="amount"),
    comment="Append-only.",
)

known_customer = known_table(CUSTOMERS, metadata)
known_visit = known_table(VISITS, metadata)
known_performer = known_table(PERFORMERS, metadata)
known_branch = known_table(BRANCHES, metadata)
known_staff = known_table(STAFF, metadata)
