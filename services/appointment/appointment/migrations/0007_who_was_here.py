"""Who was here, by their visits: they are no no-show of that day."""

import sqlalchemy as sa
from alembic import op
from qiantai.storage import steps
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("visit", sa.Column("customer", postgresql.UUID(as_uuid=False)))
    op.add_column("visit", sa.Column("branch", sa.Text()))
    op.add_column("visit", sa.Column("arrived_at", sa.DateTime(timezone=True)))
    op.add_column("visit", sa.Column("outcome", sa.Text()))
    steps.index("ix_visit_customer", "visit", ["customer", "arrived_at"])
