"""A channel's transaction is money once."""

import sqlalchemy as sa
from alembic import op
from qiantai.storage.guards import append_only
from qiantai.storage.patience import patiently

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FILL = (
    "INSERT INTO channel_transaction (kind, transaction, charge)"
    " SELECT DISTINCT ON (1, 2) t.kind, lower(regexp_replace(normalize(t.reference, NFKC), '[[:space:]]', '', 'g')),"
    " p.charge FROM tender t JOIN payment p ON p.id = t.payment WHERE t.kind <> 'cash' AND t.reference IS NOT NULL"
    " ORDER BY 1, 2, p.received_at, p.id ON CONFLICT DO NOTHING"
)


def upgrade() -> None:
    """Apply this step."""
    op.add_column(
        "tender",
        sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        if_not_exists=True,
    )
    op.create_table(
        "channel_transaction",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("transaction", sa.Text(), nullable=False, comment="The channel's number without case and spaces"),
        sa.Column("charge", sa.UUID(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["charge"], ["charge.id"], name=op.f("fk_channel_transaction_charge_charge")),
        sa.PrimaryKeyConstraint("kind", "transaction", name=op.f("pk_channel_transaction")),
        comment="Append-only: a channel's transaction is money once (B3); the slip that it paid first.",
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        patiently(lambda: op.execute(_FILL))
    op.execute("DROP TRIGGER IF EXISTS append_only ON channel_transaction")
    op.execute("DROP TRIGGER IF EXISTS append_only_whole ON channel_transaction")
    append_only("channel_transaction")
