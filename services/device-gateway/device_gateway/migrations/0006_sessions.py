"""Generations of accounts, passwords that must be changed, sessions that were signed out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("staff", sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("staff", sa.Column("generation", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "ended_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_session")),
        comment="Sessions that were signed out before their time.",
    )
    op.create_index("ix_ended_session_until", "ended_session", ["until"])
