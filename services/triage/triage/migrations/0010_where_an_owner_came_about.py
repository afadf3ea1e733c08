"""In which branch somebody became responsible for a customer: whoever loses the customer to another branch is told."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column(
        "owner",
        sa.Column("branch", sa.Text(), comment="where it came about; null where that was not yet written down"),
        if_not_exists=True,
    )
