"""Copies as `known.py` declares them."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table_comment("known_branch", "Copy of the gateway's branches.")
    op.create_table_comment("known_customer", "Copy of the customer service's files: who can be booked for.")
    op.create_table_comment("known_project", "Copy of billing's catalogue: which projects are offered.")
