"""Visits say when they were accepted and who may object to their move: what is offered goes by it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("visit", sa.Column("accepted_at", sa.DateTime(timezone=True)), if_not_exists=True)
    op.add_column(
        "visit", sa.Column("objector", sa.Text(), comment="who may name a stand-in while it waits"), if_not_exists=True
    )
