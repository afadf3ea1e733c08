"""Prints of receipts are counted."""

import sqlalchemy as sa
from alembic import op
from qiantai.storage.guards import append_only

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "charge_print",
        sa.Column("charge", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="The slip's as it stands on the paper"),
        sa.Column("place", sa.Integer(), nullable=False, comment="1 is the original, 2 its first reprint"),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["charge"], ["charge.id"], name=op.f("fk_charge_print_charge_charge")),
        sa.PrimaryKeyConstraint("charge", "version", "place", name=op.f("pk_charge_print")),
        comment="Append-only: the receipts that were printed (B23).",
    )
    append_only("charge_print")
