"""What happened to a person is found: it may make plans pointless."""

from alembic import op
from qiantai.storage import steps

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    steps.index("ix_fact_customer", "fact", ["customer", "at"])
    op.create_table_comment(
        "fact", "What happened in the last 90 days: for previews of templates, and what makes plans pointless."
    )
