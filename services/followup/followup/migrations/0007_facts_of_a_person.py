"""What happened to a person is found: it may make plans pointless."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_index("ix_fact_customer", "fact", ["customer", "at"])
    op.create_table_comment(
        "fact", "What happened in the last 90 days: for previews of templates, and what makes plans pointless."
    )
