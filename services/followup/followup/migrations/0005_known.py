"""Copies as `known.py` declares them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("known_branch", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    op.create_table_comment("known_branch", "Copy of the gateway's branches.")
    op.create_table_comment("known_customer", "Copy of the customer service's files: whom plans are about.")
    op.create_table_comment("known_owner", "Copy of triage's: who is responsible for a customer.")
    op.create_table_comment("known_project", "Copy of billing's catalogue: the classes of projects.")
    op.create_table_comment("known_staff", "Copy of the gateway's staff: who can execute plans.")
