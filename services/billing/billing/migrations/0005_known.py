"""Copies as `known.py` declares them, the alias of merged customers, rebuilds in chunks."""

import sqlalchemy as sa
from alembic import op
from qiantai.storage import event_path

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    event_path.up(2, since=1)
    op.add_column("known_branch", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    op.create_table_comment("known_visit", "Copy of triage's visits: one visit of a customer to a branch.")
