"""PINs that open a locked screen."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "pin",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False, comment="what the sealed cookie calls the browser"),
        sa.Column("hash", sa.Text(), nullable=False, comment="argon2id"),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("staff", "device", name=op.f("pk_pin")),
        comment="What opens a locked screen while its session goes on.",
    )
    op.create_index("ix_pin_used_at", "pin", ["used_at"])
