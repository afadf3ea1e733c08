"""Which sessions have ended, as the gateway tells."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "known_session",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("staff", name=op.f("pk_known_session")),
        comment="Copy of the gateway's accounts: tokens of an earlier generation have ended.",
    )
