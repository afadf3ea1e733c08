"""The copy of the staff is declared for all services."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table_comment("known_staff", "Copy of the gateway's staff.")
