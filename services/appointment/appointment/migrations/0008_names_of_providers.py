"""Names and roles of those who can be booked: the columns of a calendar."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("provider", sa.Column("name", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "provider", sa.Column("roles", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
